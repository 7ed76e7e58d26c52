import { failed, ok, warning, type DoctorCheck, type Finding } from '../check.js';
import { ofIdentifier, type ConsoleSource } from '../console-sources.js';

/** Both log sources: there, enabled, in good order, receiving. */
export const logSource: DoctorCheck = {
  name: 'log-source',
  title: 'Log source',
  async look({ identifier, verificationIdentifier, sources, nowMs }) {
    const all = await sources();
    return [identifier, verificationIdentifier].flatMap((name) => {
      const [source] = ofIdentifier(all, name);
      if (source !== undefined) return stateOf(source, nowMs);
      return failed(
        `there is none with the identifier ${name}`,
        'make it: threat-forwarder dsm apply; or let JSA find it: threat-forwarder dsm warmup',
      );
    });
  },
};

function stateOf(source: ConsoleSource, nowMs: number): readonly Finding[] {
  const { name, enabled, status, last_event_time: lastMs } = source;
  const seen = lastMs == null || lastMs <= 0 ? 'no event yet' : `last event ${ago(nowMs - lastMs)}`;
  if (!enabled) {
    return failed(`${name} is disabled`, 'enable it: threat-forwarder dsm apply');
  }
  const messages = (status?.messages ?? []).flatMap(({ text }) =>
    text === undefined ? [] : [text],
  );
  const why = messages.length === 0 ? '' : `: ${messages.join('; ')}`;
  switch (status?.status) {
    case 'ERROR':
      return failed(
        `${name} is in status ERROR${why} (${seen})`,
        'where it only received nothing for long: threat-forwarder dsm warmup; else see Log Source Management',
      );
    case 'WARN':
      return warning(`${name} is in status WARN${why} (${seen})`, 'see Log Source Management');
    case 'DISABLED':
      return failed(`${name} is in status DISABLED`, 'enable it, and deploy');
    default:
      if (lastMs == null || lastMs <= 0) {
        return warning(`${name} has received nothing yet`, 'threat-forwarder dsm warmup');
      }
      return ok(`${name}: ${seen}`);
  }
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 120) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}
