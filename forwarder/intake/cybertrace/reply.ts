/** What one event is answered with. */
export interface Reply {
  /** Whole lines, each ended by LF; '' when nothing is replied. */
  readonly text: string;
  /** How many messages (lines) that is, for the counters. */
  readonly messages: number;
}

export const noReply: Reply = { text: '', messages: 0 };
