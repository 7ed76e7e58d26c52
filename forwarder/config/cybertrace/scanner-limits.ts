/** The largest values that log_scanner.conf and the options of `scan` may have. */
export const mostThreads = 256;
export const mostTimeoutSeconds = 86_400;
