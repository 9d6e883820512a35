import { connect, createServer, type Server, type Socket } from 'node:net';

export type Direction = 'to broker' | 'to client';

/** What happens to the bytes of one direction. Applied to connections that exist and to those to come. */
export interface Faults {
  /** Milliseconds that each chunk is held back. */
  readonly delayMs?: number;
  /** Nothing passes, the connection stays open: a half-open connection. */
  readonly isSilent?: boolean;
  /** Rewrites a chunk. `last` passes, then the connection ends. */
  readonly rewrite?: (chunk: Buffer) => Buffer | { readonly last: Buffer };
}

/** One TCP port before another, with faults that a test turns on and off. */
export class FaultProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #faults: Record<Direction, Faults> = { 'to broker': {}, 'to client': {} };
  #target: { readonly host: string; readonly port: number } | null = null;
  #isRefusing = false;
  #accepted = 0;

  static async listen(): Promise<FaultProxy> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
    return new FaultProxy(server, address.port);
  }

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (client) => this.#accept(client));
  }

  /** `host:port` for clients. */
  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Connections accepted so far: a storm shows here. */
  get accepted(): number {
    return this.#accepted;
  }

  get open(): number {
    return this.#pairs.size;
  }

  /** Where connections to come lead. */
  forwardTo(address: string): void {
    const at = address.lastIndexOf(':');
    this.#target = { host: address.slice(0, at), port: Number(address.slice(at + 1)) };
  }

  inject(direction: Direction, faults: Faults): void {
    this.#faults[direction] = faults;
    for (const pair of this.#pairs) pair.changed();
  }

  /** Ends all connections, with a reset. */
  cut(): void {
    for (const pair of [...this.#pairs]) pair.end();
  }

  /** Ends all connections and each new one at once, as a broker that is away. */
  refuse(): void {
    this.#isRefusing = true;
    this.cut();
  }

  /** Ends every fault. What was held back passes. */
  heal(): void {
    this.#isRefusing = false;
    this.inject('to broker', {});
    this.inject('to client', {});
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((done) => this.#server.close(() => done()));
  }

  #accept(client: Socket): void {
    this.#accepted++;
    const target = this.#target;
    if (this.#isRefusing || target === null) {
      client.resetAndDestroy();
      return;
    }
    const broker = connect({ ...target, noDelay: true });
    client.setNoDelay(true);
    const pair = new Pair(client, broker, this.#faults, () => this.#pairs.delete(pair));
    this.#pairs.add(pair);
    client.resume();
  }
}

/** Both sides of one connection. */
class Pair {
  readonly #sides: readonly [Socket, Socket];
  readonly #lanes: readonly Lane[];
  readonly #onEnd: () => void;

  constructor(client: Socket, broker: Socket, faults: Record<Direction, Faults>, onEnd: () => void) {
    this.#sides = [client, broker];
    this.#onEnd = onEnd;
    const end = (): void => this.end();
    this.#lanes = [
      new Lane(client, broker, () => faults['to broker'], end),
      new Lane(broker, client, () => faults['to client'], end),
    ];
    for (const side of this.#sides) side.on('error', end).on('close', end);
  }

  changed(): void {
    for (const lane of this.#lanes) lane.pump();
  }

  end(): void {
    for (const lane of this.#lanes) lane.stop();
    for (const side of this.#sides) if (!side.destroyed) side.resetAndDestroy();
    this.#onEnd();
  }
}

/** One direction of a connection: chunks wait here in order while a fault holds them back. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: () => Faults;
  readonly #end: () => void;
  readonly #waiting: Buffer[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(from: Socket, to: Socket, faults: () => Faults, end: () => void) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    this.#end = end;
    from.on('data', (chunk: Buffer) => {
      this.#waiting.push(chunk);
      if (this.#waiting.length > 64) from.pause();
      this.pump();
    });
  }

  pump(): void {
    const { isSilent = false, delayMs = 0 } = this.#faults();
    if (isSilent || this.#timer !== null) return;
    if (delayMs === 0) {
      while (this.#waiting.length > 0 && !this.#to.destroyed) this.#pass();
      this.#from.resume();
    } else if (this.#waiting.length > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.#pass();
        if (this.#waiting.length <= 64) this.#from.resume();
        this.pump();
      }, delayMs);
    }
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #pass(): void {
    const chunk = this.#waiting.shift();
    if (chunk === undefined || this.#to.destroyed) return;
    const { rewrite } = this.#faults();
    const passed = rewrite === undefined ? chunk : rewrite(chunk);
    if ('last' in passed) this.#to.write(passed.last, this.#end);
    else this.#to.write(passed);
  }
}
