import { isPendingLookup } from '../../../plugin-api/pending-lookup.ts';

/** Does what a task does with a converter: waits for each look-up, then tries again. */
export async function whenKnown<Result>(convert: () => Result, mostLookups = 10): Promise<Result> {
  for (let lookups = 0; ; lookups++) {
    try {
      return convert();
    } catch (error) {
      if (!isPendingLookup(error) || lookups >= mostLookups) throw error;
      await error.settled;
    }
  }
}

/** What `convert` fails with in the end. */
export async function failureOf(convert: () => unknown): Promise<unknown> {
  try {
    await whenKnown(convert);
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}
