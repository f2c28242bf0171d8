#!/bin/sh
# LVS director for passive FTP without the helper, FTPS included: control and data connections have one firewall mark.
# Real servers advertise the virtual address in PASV, and ports 10000 to 10100.
set -e
modprobe ip_vs
sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.vs.expire_quiescent_template=1
iptables-legacy -t mangle -A PREROUTING -d 10.1.0.100 -p tcp -m multiport --dports 21,10000:10100 -j MARK --set-mark 21
ipvsadm -A -f 21 -s rr -p 360
ipvsadm -a -f 21 -r 10.2.0.11 -m -w 3
ipvsadm -a -f 21 -r 10.2.0.12 -m -w 3
