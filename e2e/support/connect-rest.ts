import { expect } from '@playwright/test';
import { waitFor } from '../../server/testing/wait.ts';

/** A connector made as any Connect client would, and awaited until its first task (or itself) is in the state. */
export async function createByRest(
  restUrl: string,
  name: string,
  config: Readonly<Record<string, string>>,
  state: string,
): Promise<void> {
  // Pages are there before the worker is; until then it asks to be asked again.
  const create = async () => {
    const response = await fetch(`${restUrl}/connectors`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ name, config }),
    });
    return response.status === 503 ? null : { status: response.status, text: await response.text() };
  };
  const { status, text } = await waitFor(`${name} to be taken`, create, 30_000);
  expect(status, text).toBe(201);
  await expect.poll(() => taskStateOf(restUrl, name)).toBe(state);
}

async function taskStateOf(restUrl: string, name: string): Promise<string | undefined> {
  const response = await fetch(`${restUrl}/connectors/${encodeURIComponent(name)}/status`);
  const status = (await response.json()) as { tasks?: readonly { readonly state: string }[] };
  return status.tasks?.[0]?.state;
}
