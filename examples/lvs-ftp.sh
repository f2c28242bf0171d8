#!/bin/sh
# LVS director for FTP, active and passive: the helper follows the dialogue, persistence keeps a client's data with its server.
# Real servers advertise their own addresses in PASV; their default route is the director.
set -e
modprobe -a ip_vs ip_vs_ftp
sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.vs.expire_quiescent_template=1
ipvsadm -A -t 10.1.0.100:21 -s rr -p 360
ipvsadm -a -t 10.1.0.100:21 -r 10.2.0.11:21 -m -w 3
ipvsadm -a -t 10.1.0.100:21 -r 10.2.0.12:21 -m -w 3
