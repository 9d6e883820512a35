import { expect } from '@playwright/test';

/** A connector made as any Connect client would, and awaited until its first task (or itself) is in the state. */
export async function createByRest(
  restUrl: string,
  name: string,
  config: Readonly<Record<string, string>>,
  state: string,
): Promise<void> {
  const response = await fetch(`${restUrl}/connectors`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, config }),
  });
  expect(response.status, await response.text()).toBe(201);
  await expect.poll(() => taskStateOf(restUrl, name)).toBe(state);
}

async function taskStateOf(restUrl: string, name: string): Promise<string | undefined> {
  const response = await fetch(`${restUrl}/connectors/${encodeURIComponent(name)}/status`);
  const status = (await response.json()) as { tasks?: readonly { readonly state: string }[] };
  return status.tasks?.[0]?.state;
}
