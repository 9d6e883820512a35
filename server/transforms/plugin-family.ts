import type { ConfigDef } from '../config/config-def.ts';
import { bundledVersion } from '../plugin-api/bundled-version.ts';
import type { TransformationPlugin } from '../plugin-api/plugin.ts';
import type { Transformation } from '../plugin-api/transformation.ts';
import { keySide, type RecordSide, valueSide } from './fields/record-side.ts';

/** Transformations of one origin: they share a package of Java and what they were verified against. */
export class PluginFamily {
  readonly #packageName: string;
  readonly #verified: string;
  /** Stands before titles, so that two transformations of one name can be told apart; empty for Apache's. */
  readonly #origin: string;

  constructor(packageName: string, verified: string, origin = '') {
    this.#packageName = packageName;
    this.#verified = verified;
    this.#origin = origin;
  }

  /** `name` is that of the class, after the package. */
  whole(
    name: string,
    summary: string,
    config: ConfigDef,
    create: () => Transformation,
  ): TransformationPlugin {
    const title = (name.split('.').at(-1) ?? name)
      .replace('$', ' of the ')
      .replace(/(Key|Value|Header)$/, (side) => side.toLowerCase());
    return {
      type: 'transformation',
      version: bundledVersion,
      support: 'supported',
      system: 'records',
      verified: this.#verified,
      className: `${this.#packageName}.${name}`,
      title: this.#origin === '' ? title : `${this.#origin} ${title}`,
      summary,
      config,
      createTransformation: create,
    };
  }

  /** The same for keys and for values, under two class names. */
  keyAndValue(
    name: string,
    summary: string,
    config: ConfigDef,
    create: (side: RecordSide) => Transformation,
  ): TransformationPlugin[] {
    return [
      this.whole(`${name}$Key`, summary, config, () => create(keySide)),
      this.whole(`${name}$Value`, summary, config, () => create(valueSide)),
    ];
  }
}
