// Preloaded into a daemon under measurement (node --import): tells over IPC, when asked, how it is from inside.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const loop = monitorEventLoopDelay({ resolution: 1 });
loop.enable();

process.on('message', (what) => {
  if (what === 'collect') globalThis.gc?.();
  const { heapUsed, heapTotal, external, rss } = process.memoryUsage();
  // Its timer comes every millisecond: what is beyond that is how late it was.
  process.send({ longestMs: Math.max(0, loop.max / 1e6 - 1), heapUsed, heapTotal, external, rss });
  loop.reset();
});
process.channel?.unref();
