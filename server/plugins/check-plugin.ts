import type { ConfigProviderPlugin } from '../plugin-api/config-provider.ts';
import { type Plugin, pluginIcons, type SupportLevel } from '../plugin-api/plugin.ts';
import { checkConfigDef } from './check-config-def.ts';
import { longText, member, optional, record, text, wrong } from './checked-members.ts';

const types = [
  'source',
  'sink',
  'converter',
  'header_converter',
  'transformation',
  'predicate',
  'configprovider',
] as const;

/** Only what comes with Millrace is supported by those who make it. */
const levels: readonly SupportLevel[] = ['supported', 'community', 'experimental'];

/**
 * A plugin as a package exports it: a copy in which every member is what it should be, with defaults for what may be
 * left out. Throws a `config` error that names the member.
 */
export function checkPlugin(value: unknown, packageVersion: string | null): Plugin | ConfigProviderPlugin {
  const given = record(value, 'plugin');
  const className = text(given.className, 'className');
  if (className.length > 256 || !/^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/.test(className)) {
    throw wrong('className', 'must be names parted by dots, such as com.example.ThingSourceConnector');
  }
  const place = (name: string) => `${className}: ${name}`;
  const create = (name: string) => {
    const made = given[name];
    if (typeof made !== 'function') throw wrong(place(name), 'must be a function');
    return () => {
      const object: unknown = Reflect.apply(made, value, []);
      if (typeof object === 'object' && object !== null) return object;
      throw wrong(place(name), 'has made no object');
    };
  };
  const type = member(given.type, types, place('type'));
  const level =
    optional(given.support, (support) => member(support, levels, place('support'))) ?? 'community';
  const icon = optional(given.icon, (name) => member(name, pluginIcons, place('icon')));
  const description = {
    className,
    version: checkVersion(given.version, place('version')) ?? packageVersion ?? 'undefined',
    title: nonEmpty(given.title, place('title')),
    summary: longText(given.summary, place('summary')),
    support: level === 'supported' ? 'community' : level,
    system: optional(given.system, (system) => nonEmpty(system, place('system'))) ?? 'other',
    verified: optional(given.verified, (verified) => text(verified, place('verified'))) ?? '',
    config: checkConfigDef(given.config),
    ...(icon === undefined ? {} : { icon }),
  } as const;
  const taskClassName =
    optional(given.taskClassName, (name) => nonEmpty(name, place('taskClassName'))) ??
    `${className.replace(/Connector$/, '')}Task`;
  // Whether the objects that these make do what they should shows when they are used, in a task of their own.
  switch (type) {
    case 'source':
    case 'sink': {
      const createConnector = create('createConnector');
      const createTask = create('createTask');
      return { ...description, type, taskClassName, createConnector, createTask } as Plugin;
    }
    case 'converter': {
      const load = given.load === undefined ? {} : { load: create('load') };
      return { ...description, ...load, type, createConverter: create('createConverter') } as Plugin;
    }
    case 'header_converter':
      return { ...description, type, createHeaderConverter: create('createHeaderConverter') } as Plugin;
    case 'transformation':
      return { ...description, type, createTransformation: create('createTransformation') } as Plugin;
    case 'predicate':
      return { ...description, type, createPredicate: create('createPredicate') } as Plugin;
    case 'configprovider':
      return {
        ...description,
        type,
        createConfigProvider: create('createConfigProvider'),
      } as ConfigProviderPlugin;
  }
}

function nonEmpty(value: unknown, place: string): string {
  const checked = text(value, place);
  if (checked.trim() === '') throw wrong(place, 'must not be empty');
  return checked;
}

function checkVersion(value: unknown, place: string): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && /^[\w.+-]{1,100}$/.test(value)) return value;
  throw wrong(place, 'must be a version such as 1.2.3');
}
