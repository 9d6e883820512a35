import { FakeBroker } from '../connection/fake-broker.ts';
import { findCoordinatorApi } from '../protocol/generated/find-coordinator.js';

/** For tests: a broker that is the coordinator of every group. */
export async function startFakeCoordinator(): Promise<FakeBroker> {
  const broker = await FakeBroker.start();
  broker.on(findCoordinatorApi.key, (call) => {
    const [key = ''] = call.read(findCoordinatorApi).coordinatorKeys;
    const address = { nodeId: 1, host: '127.0.0.1', port: broker.port };
    call.answer(findCoordinatorApi, {
      coordinators: [{ key, ...address, errorCode: 0, errorMessage: null }],
    });
  });
  return broker;
}
