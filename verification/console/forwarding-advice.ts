import { total, type Advice, type Evidence, type ServiceEvidence } from './break-evidence.js';

type AnsweringService = Extract<ServiceEvidence, { readonly kind: 'answers' }>;

/** The test events are in JSA: did they get to the service, and came anything back? */
export function forwardingAdvice(evidence: Evidence): readonly Advice[] {
  const { verification, detections, service, verificationIdentifier } = evidence;
  if (total(verification) === 0 || total(detections) > 0) return [];
  const forwarding = (finding: string): Advice => ({
    step: 'forwarding destination or routing rule',
    finding,
    toDo: `Check the forwarding destination (address and port of intake.jsa.listen, TCP, JSON) and the routing rule (enabled, mode Online, its filter holds the log source ${verificationIdentifier}, action Forward), deploy, and let nothing between JSA and the service block the port.`,
  });
  switch (service.kind) {
    case 'not asked':
      return [forwarding('the test events are in JSA, and no detection of them came back')];
    case 'silent':
      return [
        forwarding(
          `the test events are in JSA, no detection of them came back, and the service does not answer (${service.why})`,
        ),
      ];
    case 'answers':
      if (service.received === 0) {
        return [forwarding('the test events are in JSA, and the service received no event')];
      }
      if (service.found === 0) return [feedsAdvice(service)];
      return [returnAdvice(service, evidence.identifier)];
    default:
      return service satisfies never;
  }
}

function feedsAdvice({ received, indicators }: AnsweringService): Advice {
  if (indicators === 0) {
    return {
      step: 'feeds',
      finding: 'the service received events, and it has no feed loaded',
      toDo: 'Load feeds: threat-forwarder feeds list says why there are none.',
    };
  }
  return {
    step: 'feeds',
    finding: `the service received ${received} events and found nothing in them`,
    toDo: "Check that its feeds hold the permanent test indicators (threat-forwarder verify --loopback), and that the routing rule's filter holds the test events: what it received may have been other events.",
  };
}

function returnAdvice({ found, isDelivering }: AnsweringService, identifier: string): Advice {
  return {
    step: 'way back to JSA',
    finding: isDelivering
      ? `the service made ${found} detections, and none of this run is in JSA`
      : `the service made ${found} detections, and no collector takes its messages`,
    toDo: `Check delivery.collectors against the event collector of the log source ${identifier}, its port and the firewall; threat-forwarder status shows the connection.`,
  };
}
