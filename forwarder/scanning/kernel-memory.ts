import { ServiceError, type CandidateFilter } from '../core/index.js';

/** What the host knows of the kernel (kernel/index.ts): its functions, and where things lie in it. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  scan(start: number, end: number): number;
  foundLines(): number;
  candidateCount(): number;
}

const pageBytes = 65_536;
const flagBits = {
  hasZeroNetAddresses: 1,
  hasDotlessHosts: 2,
  hasNumericHosts: 4,
  hasFloatingWords: 8,
  hasUnusualHosts: 16,
} as const;
const hasRangesBit = 32;
const placeNames = [
  'seedAt',
  'settingsAt',
  'prefixLengthsAt',
  'watchAt',
  'watchStride',
  'initialsAt',
  'readBufferAt',
  'readBufferBytes',
] as const;

/** A text the kernel looks out for: `word` of our own messages, or `countKey` of a field. */
export interface WatchedText {
  readonly text: string;
  readonly kind: 'word' | 'countKey';
}

/**
 * One instance of the kernel and its memory: about 1.5 MB. Not for two threads at once. The filter
 * can be exchanged between two calls of scan().
 */
export class KernelMemory {
  readonly linesAt: number;
  readonly candidatesAt: number;
  readonly inputAt: number;
  readonly inputBytes: number;
  readonly words: Uint32Array;
  readonly signedWords: Int32Array;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #exports: KernelExports;
  readonly #places: Readonly<Record<(typeof placeNames)[number], number>>;
  readonly #maxWatchWords: number;

  /** Throws ServiceError TF_INTERNAL when the bytes are not the kernel, or the machine cannot run it. */
  constructor(wasm: Uint8Array) {
    const exports = instantiate(wasm);
    const place = (name: string): number => {
      const found = exports[name];
      if (found instanceof WebAssembly.Global) return found.value;
      throw kernelError(`it has no ${name}`);
    };
    this.#exports = exports as unknown as KernelExports;
    this.linesAt = place('linesAt');
    this.candidatesAt = place('candidatesAt');
    this.inputAt = place('inputAt');
    this.inputBytes = place('inputBytes');
    this.#places = Object.fromEntries(placeNames.map((name) => [name, place(name)])) as Record<
      (typeof placeNames)[number],
      number
    >;
    this.#maxWatchWords = place('maxWatchWords');
    const { memory } = this.#exports;
    const missing = place('memoryBytes') - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
    this.words = new Uint32Array(memory.buffer);
    this.signedWords = new Int32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
  }

  /** A part of its memory to read events into: lines are scanned where they lie there. */
  get readBuffer(): Buffer {
    const { readBufferAt, readBufferBytes } = this.#places;
    return Buffer.from(this.bytes.buffer, readBufferAt, readBufferBytes);
  }

  get lineCount(): number {
    return this.#exports.foundLines();
  }

  get candidateCount(): number {
    return this.#exports.candidateCount();
  }

  /** Whether the texts fit: each is a run of ASCII letters, digits and `_` of 1 to 64 bytes. */
  canWatch(texts: readonly WatchedText[]): boolean {
    return (
      texts.length <= this.#maxWatchWords && texts.every(({ text }) => /^\w{1,64}$/.test(text))
    );
  }

  /** Makes the kernel look for what this filter has. The texts must be such as canWatch() allows. */
  configure(filter: CandidateFilter, texts: readonly WatchedText[]): void {
    const { seedAt, settingsAt, prefixLengthsAt, watchAt, watchStride, initialsAt } = this.#places;
    const { words } = this;
    words.set(filter.seed.subarray(0, 6), seedAt / 4);
    let flags = filter.ipv4Ranges.length > 0 ? hasRangesBit : 0;
    for (const [name, bit] of Object.entries(flagBits)) {
      if (filter[name as keyof typeof flagBits]) flags |= bit;
    }
    let lengths = 0;
    let allInitials = 0;
    for (const { text } of texts) {
      if (text.length < 16) lengths |= 1 << text.length;
      allInitials |= initialBit(text);
    }
    words.set([filter.kinds, filter.longestHost, flags, lengths, allInitials], settingsAt / 4);
    const { ipv6PrefixLengths } = filter;
    words.set([ipv6PrefixLengths.length, ...ipv6PrefixLengths], prefixLengthsAt / 4);
    words.fill(0, initialsAt / 4, initialsAt / 4 + 65);
    words[watchAt / 4] = texts.length;
    texts.forEach(({ text, kind }, index) => {
      const at = watchAt + 8 + index * watchStride;
      const initials = initialsAt / 4 + text.length;
      words[initials] = (words[initials] ?? 0) | initialBit(text);
      words[at / 4] = text.length;
      words[at / 4 + 1] = kind === 'countKey' ? 1 : 0;
      this.bytes.fill(0, at + 8, at + watchStride);
      // As the kernel compares: every byte or-ed with 0x20.
      for (let place = 0; place < text.length; place++) {
        this.bytes[at + 8 + place] = text.charCodeAt(place) | 0x20;
      }
    });
  }

  /** Scans the lines between two addresses; gives back how far it came. */
  scan(start: number, end: number): number {
    return this.#exports.scan(start, end) >>> 0;
  }
}

/** The first letter of a text, whatever its case, as one bit. */
function initialBit(text: string): number {
  return 1 << (text.charCodeAt(0) & 31);
}

function instantiate(wasm: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(wasm)).exports;
  } catch (error) {
    throw kernelError(error instanceof Error ? error.message : String(error));
  }
}

function kernelError(reason: string): ServiceError {
  return new ServiceError('TF_INTERNAL', `the scanner's kernel cannot be used: ${reason}`, {
    hint: 'build the project again (npm run build); the plain scanner does the same, slower',
  });
}
