import { ok, Refusal, type Route } from '../api/answer.js';
import { checkBody, oneOf } from '../api/body.js';
import { type ConsoleState, userName } from '../console-state.js';

const path = '/staged_config/deploy_status';

/** The one deployment that can run. It ends when its time is over and somebody looks: no timer. */
export class Deployment {
  private readonly state: ConsoleState;
  private readonly durationMs: number;
  private type = 'INCREMENTAL';
  private endsAtMs: number | undefined;
  private wasSeen = false;

  constructor(state: ConsoleState, durationMs: number) {
    this.state = state;
    this.durationMs = durationMs;
  }

  start(type: string): void {
    this.settle();
    if (this.endsAtMs !== undefined) throw new Refusal(409, 1002, 'a deployment is running');
    if (!this.state.needsDeploy) throw new Refusal(409, 1002, 'there is nothing to deploy');
    this.type = type;
    this.wasSeen = false;
    this.endsAtMs = Date.now() + this.durationMs;
  }

  /** Ends the deployment when its time has come: only then do log sources take events. */
  settle(): void {
    if (this.endsAtMs === undefined || Date.now() < this.endsAtMs) return;
    this.endsAtMs = undefined;
    this.state.deploy();
  }

  /** The first look behind the start finds it running, so that a client must wait for the end. */
  describe(): unknown {
    const isFirstLook = this.endsAtMs !== undefined && !this.wasSeen;
    this.wasSeen = true;
    if (!isFirstLook) this.settle();
    const isRunning = this.endsAtMs !== undefined;
    const hostStatus = isRunning ? 'IN_PROGRESS' : 'SUCCESS';
    return {
      initiated_by: userName,
      initiated_from: '127.0.0.1',
      type: this.type,
      status: isRunning ? 'IN_PROGRESS' : 'COMPLETE',
      percent_complete: isRunning ? 50 : 100,
      hosts: [{ ip: '127.0.0.1', host_status: hostStatus, status: hostStatus }],
      has_errors: false,
      error_message: null,
    };
  }
}

export function deploymentRoutes(deployment: Deployment): readonly Route[] {
  return [
    { method: 'GET', path, handle: () => ok(deployment.describe()) },
    {
      method: 'POST',
      path,
      handle: ({ body }) => {
        const { type } = checkBody(body, { type: oneOf(['INCREMENTAL', 'FULL']) }, { code: 1005 });
        deployment.start(type);
        return ok({
          ...{ initiated_by: userName, initiated_from: '127.0.0.1', type },
          ...{ status: 'INITIALIZING', percent_complete: 0, hosts: [] },
        });
      },
    },
  ];
}
