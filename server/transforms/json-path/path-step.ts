import type { LinearRegex } from '../../plugin-api/linear-regex.ts';

export type PathStep =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'any' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'filter'; readonly filter: Filter };

export type Operand =
  | { readonly kind: 'path'; readonly isFromRoot: boolean; readonly steps: readonly PathStep[] }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'pattern'; readonly regex: LinearRegex };

export const comparisons = ['==', '!=', '<=', '>=', '<', '>', '=~', 'in', 'nin'] as const;
export type Comparison = (typeof comparisons)[number];

export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'exists'; readonly operand: Operand }
  | { readonly kind: 'compare'; readonly by: Comparison; readonly left: Operand; readonly right: Operand };
