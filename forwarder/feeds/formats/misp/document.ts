import { bad, ServiceError } from '../../../core/index.js';
import type { ReaderOptions } from '../format.js';
import type { RecordResult } from '../json/record.js';
import type { WalkStep } from '../json/walk-step.js';
import { MispEvent, readMispItem, RecordNumbers } from './event.js';

/** What stands around events, and around attributes that have no event around them. */
const wrappers: ReadonlySet<string> = new Set(['', '*', 'response', 'response/*']);

/** Follows the steps through a document of MISP: its events, and the attributes in them. */
export class MispDocument {
  private event: MispEvent | undefined;
  private eventPath = '';
  /** The wrappers that are open, and whether something of MISP was in them. */
  private readonly open: { isUsed: boolean }[] = [];
  private isFirst = true;
  private readonly numbers = new RecordNumbers();
  private readonly options: ReaderOptions;

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  /** Throws ServiceError TF_FEED when the document is none of MISP. */
  *take(step: WalkStep): Generator<RecordResult, void, undefined> {
    switch (step.kind) {
      case 'begin':
        this.begin(step.path, step.isList);
        return;
      case 'item': {
        const kind = step.path.endsWith('/Object') ? 'object' : 'attribute';
        if (this.event !== undefined) yield* this.event.add(kind, step.item);
        else yield* readMispItem(kind, step.item, {}, this.numbers, this.options);
        return;
      }
      case 'value':
      case 'too-large':
        if (wrappers.has(step.path)) yield this.leaveOut(step.kind === 'value' ? step.text : '');
        else if (step.kind === 'value') {
          this.event?.addField(step.path.slice(this.eventPath.length + 1), step.text);
        }
        return;
      case 'end':
        yield* this.close(step.path);
        return;
      default:
        return step satisfies never;
    }
  }

  private begin(path: string, isList: boolean): void {
    const around = this.open.at(-1);
    if (around !== undefined) around.isUsed = true;
    if (wrappers.has(path)) this.open.push({ isUsed: isList });
    else if (this.event !== undefined) this.event.beginList();
    else if (!isList) {
      this.event = new MispEvent(this.numbers, this.options);
      this.eventPath = path;
    }
  }

  private *close(path: string): Generator<RecordResult, void, undefined> {
    if (this.event !== undefined && path === this.eventPath) {
      yield* this.event.end();
      this.event = undefined;
    }
    if (!wrappers.has(path)) return;
    const isUsed = this.open.pop()?.isUsed === true;
    if (!isUsed && path.endsWith('*')) yield this.leaveOut('');
    else if (!isUsed && this.isFirst) throw this.noMisp();
    else if (!isUsed) yield this.leaveOut('');
    if (path === '') this.isFirst = false;
  }

  private leaveOut(row: string): RecordResult {
    const reason = 'left out: neither an event nor a list of attributes';
    return bad({ record: this.numbers.next(), fault: 'syntax', reason, row });
  }

  private noMisp(): ServiceError {
    return new ServiceError('TF_FEED', 'The feed holds no event of MISP and no attributes.', {
      where: `${this.options.origin ?? 'feed'}: byte 0`,
      hint: 'A file of this format is {"Event": {…}}, a list of these, or what MISP answers to attributes/restSearch.',
    });
  }
}
