import { createRequire } from 'node:module';

type Kafkajs = typeof import('kafkajs');

/** The part of its request queue that goes on a timer; kafkajs exports neither the class nor a setting for it. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  scheduleCheckPendingRequests(): void;
}

let loaded: Promise<Kafkajs> | null = null;

/** kafkajs, loaded when somebody looks into topics for the first time. */
export function loadKafkajs(): Promise<Kafkajs> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Kafkajs> {
  const kafkajs = await import('kafkajs');
  restIdleQueues(createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js'));
  return kafkajs;
}

/**
 * With nothing to send and no throttling, kafkajs looks again after a time that is negative: Node warns of that in the
 * log and looks every millisecond. There is nothing to look after then.
 */
function restIdleQueues(queue: unknown): void {
  if (!isQueueClass(queue)) return;
  const { prototype } = queue;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) schedule.call(this);
  };
}

function isQueueClass(value: unknown): value is { readonly prototype: RequestQueue } {
  return (
    typeof value === 'function' &&
    typeof (value.prototype as Partial<RequestQueue> | undefined)?.scheduleCheckPendingRequests === 'function'
  );
}
