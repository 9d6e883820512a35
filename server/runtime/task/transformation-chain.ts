import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { StructChanger } from '../../plugin-api/struct-change.ts';
import type { Predicate, Transformation } from '../../plugin-api/transformation.ts';
import type { ConnectRecord } from '../../records/record.ts';
import { listSetting, settingsWithPrefix } from '../settings-prefix.ts';
import { JoinedChanges } from './joined-changes.ts';

/** Makes plugins by class name or alias and range of versions; throws a `config` error for one that is not known. */
export interface TransformationFactory {
  createTransformation(className: string, version: string | null): Transformation;
  createPredicate(className: string, version: string | null): Predicate;
}

interface Step {
  readonly className: string;
  readonly transformation: Transformation;
  readonly predicate: Predicate | null;
  readonly isNegated: boolean;
}

interface Joined {
  readonly changes: JoinedChanges;
  /** Index behind the last step. */
  readonly end: number;
}

/** The transformations of a connector in order, configured once. */
export class TransformationChain {
  readonly #steps: readonly Step[];
  /** By the index of the first step that they stand for. */
  readonly #joined: readonly (Joined | null)[];
  #current = 0;

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#joined = joinedSteps(steps);
  }

  /** Class of the step that ran last: the culprit after `apply` has thrown. */
  get currentClassName(): string {
    return this.#steps[this.#current]?.className ?? '';
  }

  /** The changed record, or null when a step dropped it. */
  apply<R extends ConnectRecord>(record: R): R | null {
    let current = record;
    const steps = this.#steps;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      if (step === undefined) break;
      const joined = this.#joined[index] ?? null;
      if (joined !== null) {
        const changed = joined.changes.apply(current);
        if (changed !== null) {
          current = changed;
          index = joined.end - 1;
          continue;
        }
      }
      this.#current = index;
      if (step.predicate !== null && step.predicate.test(current) === step.isNegated) continue;
      const changed = step.transformation.apply(current);
      if (changed === null) return null;
      current = changed;
    }
    return current;
  }

  close(): void {
    for (const { transformation, predicate } of this.#steps) {
      transformation.close?.();
      predicate?.close?.();
    }
  }
}

function joinedSteps(steps: readonly Step[]): readonly (Joined | null)[] {
  const joined: (Joined | null)[] = steps.map(() => null);
  for (let start = 0, end = 0; start < steps.length; start = Math.max(end, start + 1)) {
    const changers: StructChanger[] = [];
    for (end = start; end < steps.length; end++) {
      const changer = steps[end]?.predicate === null ? steps[end]?.transformation.structs : undefined;
      if (changer === undefined || (changers[0]?.side ?? changer.side) !== changer.side) break;
      changers.push(changer);
    }
    if (changers.length > 1) joined[start] = { changes: new JoinedChanges(changers), end };
  }
  return joined;
}

const frameworkKeys = new Set(['type', 'plugin.version', 'predicate', 'negate']);

/** The chain that `transforms` and `predicates` describe; null when there is none. */
export function compileTransformationChain(
  settings: Settings,
  factory: TransformationFactory,
): TransformationChain | null {
  const aliases = listSetting(settings, 'transforms');
  if (aliases.length === 0) return null;
  return new TransformationChain(aliases.map((alias) => compileStep(settings, alias, factory)));
}

function compileStep(settings: Settings, alias: string, factory: TransformationFactory): Step {
  const prefix = `transforms.${alias}.`;
  const own = settingsWithPrefix(settings, prefix);
  const className = requireType(own, prefix);
  const transformation = factory.createTransformation(className, own['plugin.version'] ?? null);
  transformation.configure(pluginSettings(own));
  const predicateAlias = own.predicate;
  return {
    className,
    transformation,
    predicate: predicateAlias === undefined ? null : compilePredicate(settings, predicateAlias, factory),
    isNegated: own.negate?.trim().toLowerCase() === 'true',
  };
}

function compilePredicate(settings: Settings, alias: string, factory: TransformationFactory): Predicate {
  const prefix = `predicates.${alias.trim()}.`;
  const own = settingsWithPrefix(settings, prefix);
  const predicate = factory.createPredicate(requireType(own, prefix), own['plugin.version'] ?? null);
  predicate.configure(pluginSettings(own));
  return predicate;
}

function requireType(own: Settings, prefix: string): string {
  const type = own.type?.trim();
  if (type === undefined || type === '') {
    throw new ConnectError(
      'config',
      `Missing required configuration "${prefix}type" which has no default value.`,
    );
  }
  return type;
}

function pluginSettings(own: Settings): Settings {
  return Object.fromEntries(Object.entries(own).filter(([key]) => !frameworkKeys.has(key)));
}
