/**
 * Waits for work, but no longer than the signal lasts: for work on a connection that outlives its run, so that nothing else
 * would end the wait.
 *
 * @throws what the work throws, or the signal's reason
 */
export const withdrawn = <T>(signal: AbortSignal, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
