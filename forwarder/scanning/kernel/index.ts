import { blocks, classifyLine, hasBackslash, hasHigh } from './classify';
import { takeColons } from './colons';
import { beginContext, outside, stateAt } from './context';
import { applyEscapes } from './escapes';
import { beginLine, candidateCount, dropFrom, loadSeed } from './fingerprint';
import {
  linesAt,
  lineStride,
  maxCandidates,
  maxLines,
  quoteMask,
  specialMask,
} from './layout';
import { isBlank, isEscapedBlank, isSet } from './masks';
import { takeRuns } from './runs';
import {
  flags,
  hasDotlessHosts,
  hasFloatingWords,
  hasUnusualHosts,
} from './settings';
import { takeDottedWords, takeHighWords } from './words';
import { isHex } from './hex';

export {
  candidatesAt,
  candidateStride,
  initialsAt,
  inputAt,
  inputBytes,
  linesAt,
  lineStride,
  maxWatchWords,
  memoryBytes,
  prefixLengthsAt,
  readBufferAt,
  readBufferBytes,
  seedAt,
  settingsAt,
  watchAt,
  watchStride,
} from './layout';
export { candidateCount } from './fingerprint';

/** A line may have this many candidates before it is left to the reference scanner. */
const candidatesOfLine: u32 = 16384;

let lineCount: u32 = 0;

/** Number of lines in the table after scan(). */
export function foundLines(): u32 {
  return lineCount;
}

/**
 * Reads whole lines from `start` to `end` and fills the line table and the candidates. Gives back
 * how far it came: less than `end` when a table is full; call again from there.
 */
export function scan(start: usize, end: usize): usize {
  loadSeed();
  dropFrom(0);
  lineCount = 0;
  let at = start;
  while (at < end) {
    if (lineCount == <u32>maxLines || candidateCount() > <u32>maxCandidates - candidatesOfLine) break;
    const lineEnd = classifyLine(at, end);
    let stop = lineEnd;
    if (stop > at && load<u8>(stop - 1) == 13) stop--;
    if (stop > at) {
      const first = candidateCount();
      beginLine(lineCount);
      const isDone = blocks() != 0 && scanLine(at, stop);
      const isFull = candidateCount() - first >= candidatesOfLine;
      if (!isDone || isFull) dropFrom(first);
      const entry = linesAt + <usize>lineCount * lineStride;
      store<u32>(entry, <u32>at);
      store<u32>(entry, <u32>stop, 4);
      store<u32>(entry, isDone && !isFull ? 0 : 1, 8);
      lineCount++;
    }
    at = lineEnd + 1;
  }
  return at < end ? at : end;
}

/** Lays down the candidates of a line; false when the reference scanner must decide. */
function scanLine(line: usize, stop: usize): bool {
  const end = stop - line;
  const marks = flags();
  let escapes = false;
  if (hasBackslash()) {
    escapes = hasObjectStart(line, end);
    if (escapes && !applyEscapes(line, end)) return false;
  }
  if (hasHigh()) {
    if ((marks & (hasDotlessHosts | hasUnusualHosts | hasFloatingWords)) != 0) return false;
    if (!takeHighWords(line)) return false;
  }
  beginContext();
  if (!takeSpecials(line, end, escapes)) return false;
  beginContext();
  if (!takeRuns(line, end, escapes)) return false;
  if (!takeColons(line, end, escapes)) return false;
  beginContext();
  return takeDottedWords(line, escapes);
}

/** Whether `{"` stands anywhere in the line: the sign that JSON escapes are undone. */
function hasObjectStart(line: usize, end: usize): bool {
  if (end >= 2 && load<u16>(line) == 0x227b) return true;
  const count = blocks();
  for (let block: usize = 0; block < count; block++) {
    let bits = load<u64>(specialMask + (block << 3));
    while (bits != 0) {
      const at = (block << 6) + <usize>ctz(bits);
      bits &= bits - 1;
      if (at + 1 < end && load<u16>(line + at) == 0x227b) return true;
    }
  }
  return false;
}

/** `%`, `{` and `[`: percent escapes in a host, several objects, values that are no text. */
function takeSpecials(line: usize, end: usize, escapes: bool): bool {
  const count = blocks();
  let hasObject = false;
  for (let block: usize = 0; block < count; block++) {
    let bits = load<u64>(specialMask + (block << 3));
    while (bits != 0) {
      const at = (block << 6) + <usize>ctz(bits);
      bits &= bits - 1;
      const byte = load<u8>(line + at);
      if (byte == 0x25) {
        if (at + 2 >= end) continue;
        if (!isHex(load<u8>(line + at + 1)) || !isHex(load<u8>(line + at + 2))) continue;
        if ((flags() & hasFloatingWords) != 0) return false;
        if (stateAt(line, at, escapes) != outside) return false;
        continue;
      }
      if (byte == 0x7b && at + 1 < end && load<u8>(line + at + 1) == 0x22) {
        if (hasObject) return false;
        hasObject = true;
      }
      if (isValue(line, at, escapes)) return false;
    }
  }
  return true;
}

/** Whether the byte may begin the value of a JSON key: `":` stands before it, blanks left out. */
function isValue(line: usize, at: usize, escapes: bool): bool {
  let before = at;
  while (before > 0 && isBlank(load<u8>(line + before - 1))) before--;
  if (before == 0) return false;
  if (isEscapedBlank(line, before - 1, escapes)) return true;
  if (load<u8>(line + before - 1) != 0x3a) return false;
  before--;
  while (before > 0 && isBlank(load<u8>(line + before - 1))) before--;
  if (before == 0) return false;
  if (isEscapedBlank(line, before - 1, escapes)) return true;
  return isSet(quoteMask, before - 1) || load<u8>(line + before - 1) == 0x22;
}
