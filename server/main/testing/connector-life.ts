import type { RestAnswer, RestClient } from './group-worker.ts';

/**
 * Leads a connector through its life at one worker, with every request that may have to go to another one. The answers,
 * without what differs from worker to worker; equal wherever they were asked.
 */
export async function connectorLife(rest: RestClient, name: string, file: string, topic: string) {
  const path = `/connectors/${name}`;
  const config = { 'connector.class': 'FileStreamSource', file, topic, 'tasks.max': '1' };
  const answers: string[] = [];
  const ask = async (method: string, place: string, body?: unknown) => {
    const answer = await rest.settled(method, `${path}${place}`, body);
    answers.push(`${method} ${place} ${show(answer, name)}`);
  };
  const offsets = (offset: unknown) => ({ offsets: [{ partition: { filename: file }, offset }] });

  const created = await rest.settled('POST', '/connectors', { name, config, initial_state: 'PAUSED' });
  answers.push(`create ${show(created, name)}`);
  const again = await rest.settled('POST', '/connectors', { name, config });
  answers.push(`create again ${show(again, name)}`);
  await rest.awaitStates(name, 'PAUSED');
  await ask('PUT', '/config', { ...config, 'batch.size': '5' });
  await ask('PATCH', '/config', { 'batch.size': '6', 'no.such.key': null });
  await ask('PUT', '/resume');
  await rest.awaitStates(name, 'RUNNING 0:RUNNING');
  await ask('POST', '/restart');
  await rest.awaitStates(name, 'RUNNING 0:RUNNING');
  await ask('POST', '/tasks/0/restart');
  await rest.awaitStates(name, 'RUNNING 0:RUNNING');
  await ask('POST', '/tasks/7/restart');
  await ask('POST', '/restart?includeTasks=true&onlyFailed=true');
  await ask('POST', '/restart?includeTasks=true');
  await rest.awaitStates(name, 'RUNNING 0:RUNNING');
  await ask('PUT', '/pause');
  await rest.awaitStates(name, 'PAUSED 0:PAUSED');
  await ask('PATCH', '/offsets', { offsets: [] });
  await ask('PUT', '/stop');
  await rest.awaitStates(name, 'STOPPED');
  await ask('PATCH', '/offsets', offsets({ position: 4 }));
  await ask('GET', '/offsets');
  await ask('DELETE', '/offsets');
  await ask('GET', '/offsets');
  await ask('DELETE', '');
  await rest.awaitStates(name, '404');
  for (const [method, place, body] of [
    ['DELETE', '', undefined],
    ['PATCH', '/config', {}],
    ['POST', '/restart', undefined],
    ['POST', '/restart?onlyFailed=true', undefined],
    ['POST', '/tasks/0/restart', undefined],
    ['PUT', '/stop', undefined],
    ['PATCH', '/offsets', offsets(null)],
    ['DELETE', '/offsets', undefined],
  ] as const) {
    await ask(method, place, body);
  }
  return answers;
}

/** Without what depends on the worker, and on how far the states have come when a plan is made. */
function show({ status, body }: RestAnswer, name: string): string {
  const text = JSON.stringify(body, (key, value) => {
    if (key === 'state' && value !== 'RESTARTING') return '';
    return key === 'worker_id' || key === 'version' ? '' : value;
  });
  return `${status} ${text.replaceAll(name, 'NAME')}`;
}

/** Request and status of one of the answers. */
export function statusOf(answer: string): string {
  return /^[^{]* \d{3}/.exec(answer)?.[0] ?? answer;
}

export const statusesOfALife = [
  'create 201',
  'create again 409',
  'PUT /config 200',
  'PATCH /config 200',
  'PUT /resume 202',
  'POST /restart 204',
  'POST /tasks/0/restart 204',
  'POST /tasks/7/restart 404',
  'POST /restart?includeTasks=true&onlyFailed=true 202',
  'POST /restart?includeTasks=true 202',
  'PUT /pause 202',
  'PATCH /offsets 400',
  'PUT /stop 204',
  'PATCH /offsets 200',
  'GET /offsets 200',
  'DELETE /offsets 200',
  'GET /offsets 200',
  'DELETE  204',
  'DELETE  404',
  'PATCH /config 404',
  'POST /restart 404',
  'POST /restart?onlyFailed=true 404',
  'POST /tasks/0/restart 404',
  'PUT /stop 404',
  'PATCH /offsets 404',
  'DELETE /offsets 404',
];
