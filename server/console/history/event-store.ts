import type { Database } from '../../database/open-database.ts';
import type { HerderEvent, NumberedEvent } from '../../runtime/herder-events.ts';

export interface StoredEvent {
  readonly epoch: string;
  readonly numbered: NumberedEvent;
}

export interface EventStoreLimits {
  readonly maxRows: number;
  readonly maxAgeMs: number;
}

const defaultLimits: EventStoreLimits = { maxRows: 50_000, maxAgeMs: 30 * 24 * 3600 * 1000 };

/** Herder events in the database: what the worker's own log forgets at the end of its process. */
export class EventStore {
  readonly #database: Database;
  readonly #limits: EventStoreLimits;

  constructor(database: Database, limits: EventStoreLimits = defaultLimits) {
    this.#database = database;
    this.#limits = limits;
  }

  async add(events: readonly StoredEvent[]): Promise<void> {
    await this.#database.herderEvent.createMany({ data: events.map(toRow) });
  }

  /** Newest first. */
  async latest({ limit, connector }: { limit: number; connector?: string }): Promise<StoredEvent[]> {
    const rows = await this.#database.herderEvent.findMany({
      where: connector === undefined ? {} : { connector },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map((row) => ({
      epoch: row.epoch,
      numbered: {
        sequence: row.sequence,
        at: Number(row.at),
        event: JSON.parse(row.payload) as HerderEvent,
      },
    }));
  }

  /** Forgets what is too old or too much. */
  async prune(now: number): Promise<void> {
    const { maxAgeMs, maxRows } = this.#limits;
    await this.#database.herderEvent.deleteMany({ where: { at: { lt: BigInt(now - maxAgeMs) } } });
    const [oldestKept] = await this.#database.herderEvent.findMany({
      orderBy: { id: 'desc' },
      skip: maxRows,
      take: 1,
      select: { id: true },
    });
    if (oldestKept !== undefined) {
      await this.#database.herderEvent.deleteMany({ where: { id: { lte: oldestKept.id } } });
    }
  }
}

function toRow({ epoch, numbered }: StoredEvent) {
  const { event, at, sequence } = numbered;
  return {
    epoch,
    sequence,
    at: BigInt(at),
    kind: event.kind,
    connector: 'connector' in event ? event.connector : null,
    task: 'task' in event ? event.task : null,
    state: 'state' in event ? event.state : null,
    payload: JSON.stringify(event),
  };
}
