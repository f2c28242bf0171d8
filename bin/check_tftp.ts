#!/usr/bin/env node
import { tftp } from '../checks/tftp/index.ts';
import { runAsProcess } from '../src/plugin/index.ts';

void runAsProcess(tftp);
