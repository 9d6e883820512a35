import { datagenConfig } from './config.ts';

/** Settings that look like one of this connector's but are none: `iteration`, `schema_string`. */
export function misspeltKeys(
  settings: Readonly<Record<string, string>>,
): { readonly given: string; readonly meant: string }[] {
  const known = Object.keys(datagenConfig.keys);
  return Object.keys(settings).flatMap((given) => {
    if (known.includes(given) || given.length > 40) return [];
    const meant = known.find((key) => distance(simple(given), simple(key)) <= 2);
    return meant === undefined ? [] : [{ given, meant }];
  });
}

function simple(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** How many letters have to be changed, added or left out to make one of the other. */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1];
    for (const [column, other] of [...to].entries()) {
      line.push(
        Math.min(
          (above[column] ?? 0) + (letter === other ? 0 : 1),
          (above[column + 1] ?? 0) + 1,
          (line[column] ?? 0) + 1,
        ),
      );
    }
    above = line;
  }
  return above[to.length] ?? 0;
}
