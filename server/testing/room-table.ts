import { readFileSync } from 'node:fs';

export interface Room {
  readonly path: string;
  readonly mayImport: readonly string[];
}

/** The rooms as the table of `server/README.md` lists them. */
export function readRoomTable(readme: string): readonly Room[] {
  const rooms: Room[] = [];
  for (const line of readFileSync(readme, 'utf8').split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    const path = /^`([a-z/-]+)`$/.exec(cells[1] ?? '')?.[1];
    if (path === undefined) continue;
    const names = cells[3] === '–' ? [] : (cells[3] ?? '').split(',').map((name) => name.trim());
    rooms.push({ path, mayImport: names });
  }
  const known = new Set(rooms.map((room) => room.path));
  return rooms.map(({ path, mayImport }) => ({
    path,
    mayImport: mayImport.map((name) => {
      const target = known.has(name) ? name : `server/${name}`;
      if (!known.has(target)) throw new Error(`server/README.md: room ${path} names an unknown room ${name}`);
      return target;
    }),
  }));
}

/** The room a file is in: the longest matching path; `server/main.ts` is the room `server/main`. */
export function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  return rooms.find(({ path }) => file.startsWith(`${path}/`) || file === `${path}.ts`);
}
