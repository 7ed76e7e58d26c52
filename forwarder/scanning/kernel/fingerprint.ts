import { candidatesAt, candidateStride, maxCandidates, seedAt } from './layout';

/** The same fingerprints as forwarder/core/fingerprint.ts, which explains them. */

const kindFactor: u32 = 0x9e3779b1;

let a: u32 = 0;
let b: u32 = 0;
let factorA: u32 = 0;
let factorB: u32 = 0;
let nextA: u32 = 0;
let nextB: u32 = 0;

/** Number of candidates written, and the line they belong to. */
let count: u32 = 0;
let line: u32 = 0;

export function loadSeed(): void {
  factorA = load<u32>(seedAt, 8) | 1;
  factorB = load<u32>(seedAt, 12) | 1;
  nextA = load<u32>(seedAt, 16) | 1;
  nextB = load<u32>(seedAt, 20) | 1;
}

@inline
export function candidateCount(): u32 {
  return count;
}

/** From here on candidates belong to this line. */
@inline
export function beginLine(number: u32): void {
  line = number;
}

/** Forgets all candidates from this one on. */
@inline
export function dropFrom(candidate: u32): void {
  count = candidate;
}

@inline
export function startKey(): void {
  a = load<u32>(seedAt);
  b = load<u32>(seedAt, 4);
}

@inline
export function addWord(value: u32): void {
  a = rotl<u32>((a ^ value) * factorA, 16) * nextA;
  b = rotl<u32>((b ^ value) * factorB, 13) * nextB;
}

/** A label of a host, from its last byte to its first. */
export function addLabel(start: usize, end: usize): void {
  let at = end;
  while (at - start >= 4) {
    at -= 4;
    addWord(load<u32>(at) | 0x20202020);
  }
  const rest = <u32>(at - start);
  let word: u32 = 0x2e;
  // The bytes before the label may be read: they are shifted out.
  if (rest > 0) word |= ((load<u32>(at - 4) | 0x20202020) >> (32 - rest * 8)) << 8;
  addWord(word);
}

/** Text whose length is a multiple of four. */
export function addText(start: usize, end: usize): void {
  for (let at = start; at < end; at += 4) addWord(load<u32>(at) | 0x20202020);
}

@inline
function avalanche(value: u32, factor: u32): u32 {
  let mixed = value ^ (value >> 16);
  mixed *= factor;
  mixed ^= mixed >> 15;
  mixed *= kindFactor;
  return mixed ^ (mixed >> 16);
}

/** Lays the key taken so far down as a candidate; more can be taken after it. */
@inline
export function emitKey(kind: u32): void {
  const tag = kind * kindFactor;
  const first = avalanche(a ^ tag, factorA);
  let second = avalanche(b ^ tag, factorB);
  if ((first | second) == 0) second = 1;
  emit(line, first, second);
}

/** An address that may lie in a range. */
@inline
export function emitAddress(address: u32): void {
  emit(line | 0x80000000, address, 0);
}

@inline
function emit(where: u32, first: u32, second: u32): void {
  if (count >= <u32>maxCandidates) return;
  const at = candidatesAt + <usize>count * candidateStride;
  store<u32>(at, where);
  store<u32>(at, first, 4);
  store<u32>(at, second, 8);
  count++;
}
