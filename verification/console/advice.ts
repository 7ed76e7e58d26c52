import {
  total,
  type Advice,
  type Evidence,
  type PlaceCounts,
  type SetupStepName,
} from './break-evidence.js';
import { forwardingAdvice } from './forwarding-advice.js';

/**
 * Which step of the set-up is missing, by where the events of the run were last seen: the first entry
 * is the first break on their way. Empty when the console has everything as it should.
 */
export function adviceOf(evidence: Evidence): readonly Advice[] {
  return [
    ...collectorAdvice(evidence),
    ...verificationAdvice(evidence),
    ...forwardingAdvice(evidence),
    ...detectionAdvice(evidence),
    ...namingAdvice(evidence),
    ...coalescingAdvice(evidence),
  ];
}

function collectorAdvice(evidence: Evidence): readonly Advice[] {
  const { sent, events, collector, verificationIdentifier } = evidence;
  const step = 'event collector';
  const isNothingThere = total(evidence.verification) === 0 && total(evidence.detections) === 0;
  if (isNothingThere) {
    return [
      {
        step,
        finding: `${sent} of ${events} test events were sent to ${collector}, and none is in JSA`,
        toDo: `Check that this is the event collector and its syslog port, that no firewall is between, and that the log source ${verificationIdentifier} is there and deployed (Admin, Deploy Changes). Where there is none yet: threat-forwarder dsm warmup.`,
      },
    ];
  }
  if (sent === events) return [];
  return [
    {
      step,
      finding: `${collector} took only ${sent} of ${events} test events`,
      toDo: 'Check the collector and the network, then verify again.',
    },
  ];
}

function verificationAdvice({ verification, verificationIdentifier }: Evidence): readonly Advice[] {
  const step = 'log source of the test events';
  const advice: Advice[] = [];
  if (verification.generic > 0) {
    advice.push({
      step,
      finding: `${verification.generic} test events lie under SIM Generic Log: no log source has the identifier ${verificationIdentifier}`,
      toDo: 'Make it: threat-forwarder dsm apply; or let JSA find it: threat-forwarder dsm warmup. Then deploy.',
    });
  }
  if (verification.elsewhere > 0) {
    advice.push(elsewhereAdvice(step, 'test events', verification, verificationIdentifier));
  }
  return advice;
}

function detectionAdvice({ detections, identifier, results }: Evidence): readonly Advice[] {
  const step = 'log source of the detections';
  const advice: Advice[] = [];
  if (detections.generic > 0) {
    advice.push({
      step,
      finding: `${detections.generic} detections lie under SIM Generic Log: no log source has the identifier ${identifier}`,
      toDo: 'Compare the spelling, letter case too, with the log source identifier in JSA; where there is no log source: threat-forwarder dsm apply, or dsm warmup. Then deploy.',
    });
  }
  const unread = (results.Stored ?? 0) - detections.generic;
  if (unread > 0) {
    advice.push({
      step,
      finding: `${unread} detections are there and were not read (Stored)`,
      toDo: `The type of the log source ${identifier} does not read LEEF: make it Kaspersky CyberTrace or Universal LEEF (threat-forwarder dsm plan shows it).`,
    });
  }
  if (detections.elsewhere > 0) {
    advice.push(elsewhereAdvice(step, 'detections', detections, identifier));
  }
  return advice;
}

function namingAdvice({ results, identifier }: Evidence): readonly Advice[] {
  const advice: Advice[] = [];
  const step = 'event mappings';
  if ((results.Unknown ?? 0) > 0) {
    advice.push({
      step,
      finding: `${results.Unknown} detections were read and have no name (Unknown)`,
      toDo: 'Map them: threat-forwarder dsm apply. Where leef.cat was changed since, apply again.',
    });
  }
  const isWrong = ['wrong name', 'wrong category', 'wrong severity'] as const;
  const wrong = isWrong.filter((result) => (results[result] ?? 0) > 0);
  if (wrong.length > 0) {
    advice.push({
      step,
      finding: `detections are mapped otherwise than by threat-forwarder dsm apply (${wrong.map((result) => `${results[result]} ${result}`).join(', ')})`,
      toDo: `threat-forwarder dsm plan shows which mappings of the type of ${identifier} differ, and whose they are.`,
    });
  }
  return advice;
}

function coalescingAdvice(evidence: Evidence): readonly Advice[] {
  const { verification, detections, sent, results } = evidence;
  const advice: Advice[] = [];
  const merged = (what: string, counts: PlaceCounts, name: string): void => {
    if (counts.merged === 0) return;
    advice.push({
      step: 'coalescing',
      finding: `${counts.merged} ${what} were merged into others: only the first one's text is kept`,
      toDo: `Turn coalescing off for the log source ${name}: threat-forwarder dsm apply does it.`,
    });
  };
  merged('test events', verification, evidence.verificationIdentifier);
  merged('detections', detections, evidence.identifier);
  const seen = total(verification);
  const isPartial = total(detections) > 0 && (results.MISS ?? 0) > 0;
  if (isPartial && advice.length === 0) advice.push(partialAdvice(evidence, seen < sent));
  return advice;
}

/** Some came back: the way is whole, so either something got lost on it or the feeds differ. */
function partialAdvice({ verification, sent, results }: Evidence, isLossy: boolean): Advice {
  if (isLossy) {
    return {
      step: 'event collector',
      finding: `${total(verification)} of ${sent} test events are in JSA`,
      toDo: 'Send them by TCP (--syslog tcp://HOST:514), look for dropped events in the system notifications, and turn coalescing off (threat-forwarder dsm apply).',
    };
  }
  return {
    step: 'feeds',
    finding: `${results.MISS} expected detections are missing, others of the same run are there`,
    toDo: 'Compare the feeds of the service with those judged here (threat-forwarder feeds list; --feeds names them), and its limits and suppression (threat-forwarder status).',
  };
}

function elsewhereAdvice(
  step: SetupStepName,
  what: string,
  { elsewhere, elsewhereNames }: PlaceCounts,
  identifier: string,
): Advice {
  return {
    step,
    finding: `${elsewhere} ${what} lie under another log source: ${elsewhereNames.join(', ')}`,
    toDo: `That log source takes them by the sender's address or by an identifier of its own: give the log source ${identifier} an earlier place in its parsing order, or disable the other.`,
  };
}
