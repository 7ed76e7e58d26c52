import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { TLSSocket } from 'node:tls';

const connected = 'undici:client:connected';

/**
 * Lets a server's alert be heard. In TLS 1.3 a server says what it holds against a client's certificate
 * when the handshake is over for the client; undici hears it, and forgets it over the end of the
 * connection, which comes right after. A connection that is broken off at the alert has no such end.
 * Of connections to `host` (with its port, as a URL has it) only; all others of the process stay as they
 * are. Returns what undoes it.
 */
export function hearTlsAlerts(host: string): () => void {
  const onConnected = (message: unknown): void => {
    const { socket, connectParams } = message as {
      readonly socket?: unknown;
      readonly connectParams?: { readonly host?: unknown };
    };
    if (!(socket instanceof TLSSocket) || connectParams?.host !== host) return;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('ERR_SSL_') === true) socket.destroy();
    });
  };
  subscribe(connected, onConnected);
  return () => {
    unsubscribe(connected, onConnected);
  };
}
