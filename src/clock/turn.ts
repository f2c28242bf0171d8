/** One turn of the event loop: what can settle without I/O has settled, and what had arrived has been read. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
