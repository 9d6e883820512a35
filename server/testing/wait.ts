import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Polls until `probe` gives a value that is not undefined, false or null; the error names what was awaited. */
export async function waitFor<T>(
  what: string,
  probe: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause: last });
    await sleep(25);
  }
}

/** Until something listens on the loopback port; fails at once when the process that should listen ended. */
export async function waitForPort(
  port: number,
  timeoutMs: number,
  exited: Promise<number | null>,
  what: string,
): Promise<void> {
  let ended: string | null = null;
  exited.then(
    (code) => {
      ended = `exited with code ${code}`;
    },
    (error) => {
      ended = String(error);
    },
  );
  await waitFor(
    what,
    async () => {
      if (ended !== null) return true;
      return await new Promise<boolean>((done) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.destroy();
          done(true);
        });
        socket.once('error', () => done(false));
      });
    },
    timeoutMs,
  );
  if (ended !== null) throw new Error(`${what} ${ended}`);
}
