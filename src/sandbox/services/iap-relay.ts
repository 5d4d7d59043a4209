import type { WebSocket } from 'ws';

import { ApiError, defineService } from '../service.ts';
import type { SocketRequest, Store } from '../service.ts';
import { letsIn } from './compute/ingress.ts';
import type { Reached } from './compute/ingress.ts';
import { scopeExists } from './compute/zones.ts';
import { mayUse } from './permissions.ts';
import { projectOf } from './projects.ts';
import { closeCodes, createRelaySession } from './relay-session.ts';
import type { RelaySession } from './relay-session.ts';

// https://cloud.google.com/iap/docs/using-tcp-forwarding#create-firewall-rule
const ownRange = '35.235.240.0/20';

/** TCP forwarding of Identity-Aware Proxy: a WebSocket to a machine's port. https://cloud.google.com/iap/docs/tcp-forwarding-overview */
export const iapRelay = defineService({
  host: 'tunnel.cloudproxy.app',
  mount: '/tunnel.cloudproxy.app',
  notModelled: [
    'ports other than 22, and machines without namespaces or without sshd: nothing listens there (close code 4003)',
    'tunnels to hosts by address, access levels',
  ],
  routes: {},
  sockets: { '/v4/connect': connect, '/v4/reconnect': reconnect },
  start({ store }) {
    return () => {
      for (const session of sessionsOf(store).values()) session.close();
    };
  },
});

function connect(request: SocketRequest): (socket: WebSocket) => void {
  const { store, query, principal, now, ports, cutAfter } = request;
  const { project = '', zone = '', instance: name = '', interface: nic, port = '' } = query;
  if (!project || !name || !nic || !/^\d+$/.test(port)) throw new ApiError(400, 'invalid', 'A parameter is missing.');
  if (!scopeExists(`zones/${zone}`)) throw new ApiError(404, 'notFound', `There is no zone ${zone}.`);
  const { projectId } = projectOf(store, project, now);
  return (socket) => {
    if (!mayUse(store, projectId, principal, 'iap.tunnelInstances.accessViaIAP')) {
      return socket.close(closeCodes.notAuthorized, 'not authorized');
    }
    const key = `projects/${projectId}/zones/${zone}/instances/${name}`;
    const instance = store.get<Reached & { status: string }>('instances', key);
    if (instance?.status !== 'RUNNING') return socket.close(closeCodes.notFound, 'Failed to lookup instance');
    open().catch(() => socket.close(closeCodes.notConnected, 'failed to connect to backend'));

    async function open(): Promise<void> {
      const reached = letsIn(store, projectId, instance ?? {}, ownRange, Number(port));
      const connection = reached ? await ports.connect(key, Number(port)) : undefined;
      if (!connection) throw new Error('nothing listens');
      if (socket.readyState !== socket.OPEN) return void connection.destroy();
      const sessions = sessionsOf(store);
      const session = createRelaySession(connection, principal, () => sessions.delete(session.sid));
      sessions.set(session.sid, session);
      session.serve(socket, { cutAfter });
    }
  };
}

function reconnect({ store, query, principal, cutAfter }: SocketRequest): (socket: WebSocket) => void {
  return (socket) => {
    const session = sessionsOf(store).get(query['sid'] ?? '');
    if (session?.principal !== principal) socket.close(closeCodes.unknownSession, 'unknown session');
    else session.serve(socket, { received: Number(query['ack']), cutAfter });
  };
}

// A session lives as long as the process that holds its connection, so it is not in the store but beside it.
const sessions = new WeakMap<Store, Map<string, RelaySession>>();

function sessionsOf(store: Store): Map<string, RelaySession> {
  let found = sessions.get(store);
  if (!found) sessions.set(store, (found = new Map()));
  return found;
}
