import { connect, type Socket } from 'node:net';

import type { RoutingRule } from '../test-console.js';
import { envelopeOf } from './envelope.js';
import type { KeptEvent } from './kept-event.js';

/**
 * The routing rule: sends what fits over one connection that is kept, and opened again with the next
 * event after it broke. Online mode: what cannot be sent is missing there. An event that is merged
 * into another by coalescing is not sent.
 */
export class Forwarding {
  private readonly propertiesOf: (event: KeptEvent) => ReadonlyMap<string, string>;
  private rule: RoutingRule | undefined;
  private socket: Socket | undefined;

  constructor(propertiesOf: (event: KeptEvent) => ReadonlyMap<string, string>) {
    this.propertiesOf = propertiesOf;
  }

  setRule(rule: RoutingRule | undefined): void {
    this.socket?.end();
    this.socket = undefined;
    this.rule = rule;
  }

  send(event: KeptEvent): void {
    const { rule } = this;
    if (rule === undefined || rule.identifiers?.includes(event.identifier) === false) return;
    const line =
      rule.format === 'payload' ? event.payload : envelopeOf(event, this.propertiesOf(event));
    this.connection(rule).write(`${line}\n`);
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
    this.rule = undefined;
  }

  private connection({ host, port }: RoutingRule): Socket {
    if (this.socket !== undefined) return this.socket;
    const socket = connect({ host, port });
    this.socket = socket;
    socket.on('error', () => undefined);
    // A service may answer; nobody here reads it.
    socket.resume();
    socket.on('close', () => {
      if (this.socket === socket) this.socket = undefined;
    });
    return socket;
  }
}
