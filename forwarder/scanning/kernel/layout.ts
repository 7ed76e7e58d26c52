// Where things lie in the kernel's memory. The host writes the configuration and the lines, calls
// scan(), and reads the line table and the candidates. Addresses are exported as globals.

/** Lines longer than this many blocks of 64 bytes are left to the reference scanner. */
export const maxBlocks: usize = 1024;
/** Bytes of one array of masks: one word for each block, and a zero word at each end. */
const maskBytes: usize = (maxBlocks + 2) * 8;

/** Six words: the seed of the fingerprints. */
export const seedAt: usize = 1024;
/** Words of configuration, see settings.ts. */
export const settingsAt: usize = 1088;
/** Prefix lengths of the IPv6 networks: their number, then up to 129 words. */
export const prefixLengthsAt: usize = 1280;
/** For each length up to 64 the first letters of the texts of that length: bit n for `a` + n - 1. */
export const initialsAt: usize = 1808;
/** Texts to look out for: their number, then from 8 bytes on for each length, kind, 64 bytes. */
export const watchAt: usize = 2304;
export const watchStride: usize = 72;
export const maxWatchWords: usize = 20;

/** Masks of the line: bit n of block m says something of byte 64 m + n. */
const masksAt: usize = 4096;
export const wordMask: usize = masksAt + 8;
export const runMask: usize = wordMask + maskBytes;
export const dotMask: usize = runMask + maskBytes;
export const digitMask: usize = dotMask + maskBytes;
export const highMask: usize = digitMask + maskBytes;
export const colonMask: usize = highMask + maskBytes;
export const quoteMask: usize = colonMask + maskBytes;
export const specialMask: usize = quoteMask + maskBytes;
export const backslashMask: usize = specialMask + maskBytes;
export const escapedMask: usize = backslashMask + maskBytes;
const masksEnd: usize = escapedMask + maskBytes;

/** Lines found: start, end, verdict (0: see the candidates, 1: ask the reference scanner). */
export const linesAt: usize = (masksEnd + 63) & ~63;
export const lineStride: usize = 12;
export const maxLines: usize = 8192;

/** Candidates: line number, then fingerprint, or (top bit of the number set) an IPv4 address. */
export const candidatesAt: usize = linesAt + maxLines * lineStride;
export const candidateStride: usize = 12;
export const maxCandidates: usize = 65536;

/** Lines that are copied in, after some bytes that may be read but mean nothing. */
export const inputAt: usize = (candidatesAt + maxCandidates * candidateStride + 255) & ~127;
export const inputBytes: usize = 262144;
/** Apart from them, room for sockets to read into: a line of theirs may be copied in meanwhile. */
export const readBufferAt: usize = inputAt + inputBytes + 256;
export const readBufferBytes: usize = 131072;
/** Behind the lines whole blocks are read. */
export const memoryBytes: usize = readBufferAt + readBufferBytes + 256;
