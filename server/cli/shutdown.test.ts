import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../testing/wait.ts';

const module = JSON.stringify(new URL('./shutdown.ts', import.meta.url).href);

/** A process that stops as `stop` says, until it is ready for signals. */
async function start(stop: string, timeoutMs = 30_000) {
  const program = `
    import { stopOnSignals } from ${module};
    setInterval(() => {}, 1000);
    stopOnSignals({ stop: ${stop}, say: (line) => console.log(line), timeoutMs: ${timeoutMs} });
    console.log('ready');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exited = new Promise<number | null>((done) => child.once('close', done));
  await waitFor('the process', () => output.includes('ready'));
  return { child, exited, output: () => output };
}

describe('signals', () => {
  it('stop in order and end with code 0', async () => {
    const { child, exited, output } = await start('async () => console.log("stopped")');
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(output()).toContain('stopped');
  });

  it('that come twice at once are one wish, as from Ctrl-C under npm', async () => {
    const { child, exited, output } = await start('() => new Promise((done) => setTimeout(done, 300))');
    child.kill('SIGINT');
    await waitFor('the first signal', () => output().includes('Stopping'));
    child.kill('SIGINT');
    expect(await exited).toBe(0);
  });

  it('end the process by force the second time', async () => {
    const { child, exited, output } = await start('() => new Promise(() => {})');
    child.kill('SIGINT');
    await waitFor('the first signal', () => output().includes('Stopping'));
    const again = setInterval(() => child.kill('SIGINT'), 100);
    expect(await exited).toBe(130);
    clearInterval(again);
    expect(output()).toContain('Ended by force.');
  });

  it('do not wait for ever', async () => {
    const { child, exited, output } = await start('() => new Promise(() => {})', 100);
    child.kill('SIGTERM');
    expect(await exited).toBe(1);
    expect(output()).toContain('Not everything stopped within 0.1 s');
  });

  it('are not needed when the parent that would pass them on has ended', async () => {
    const program = `
      import { stopOnSignals } from ${module};
      setInterval(() => {}, 1000);
      stopOnSignals({ stop: async () => {}, say: (line) => console.log(line), withParent: true });
      console.log('ready');`;
    const quoted = `'${program.replaceAll("'", `'"'"'`)}'`;
    const shell = spawn('sh', [
      '-c',
      `"${process.execPath}" --input-type=module-typescript -e ${quoted}; true`,
    ]);
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const closed = new Promise<void>((done) => shell.once('close', () => done()));
    await waitFor('the process', () => output.includes('ready'));
    shell.kill('SIGKILL');
    // The pipe closes when the last process that holds it has ended.
    await closed;
    expect(output).toContain('Stopping');
  });

  it('tell when the stop failed', async () => {
    const { child, exited, output } = await start('async () => { throw new Error("no"); }');
    child.kill('SIGTERM');
    expect(await exited).toBe(1);
    expect(output()).toContain('Could not stop in order: Error: no');
  });
});
