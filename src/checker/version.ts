/** The version of this package, as in its package.json (a test compares). */
export const packageVersion = '0.1.0';
