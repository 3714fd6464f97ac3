import type { z } from 'zod';
import { type OperationInput, type OperationName, operationInputs } from './api.ts';
import { StudioError } from './errors.ts';

type InputSchemas = { readonly [Name in OperationName]: z.ZodType<OperationInput<Name>> };

const schemas: InputSchemas = operationInputs;

/**
 * Checks what a host was given for an operation and fills in the defaults.
 * @throws StudioError `bad-input` that names the first field that is wrong
 */
export function parseInput<Name extends OperationName>(name: Name, request: unknown): OperationInput<Name> {
  const result = schemas[name].safeParse(request);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? name : issue.path.join('.');
  throw new StudioError('bad-input', `${field}: ${issue?.message ?? 'not valid'}.`.replace(/\.\.$/, '.'));
}
