/** OpenAPI 3.1 from the table of routes and the shared schemas. */
import { toJsonSchema } from '@valibot/to-json-schema';
import { ApiError } from '@cac/shared/api.ts';
import type { GenericSchema } from 'valibot';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const schemaOf = (schema: GenericSchema, typeMode: 'input' | 'output'): Json => {
  const { $schema: _, ...json } = toJsonSchema(schema, { errorMode: 'ignore', typeMode }) as Json;
  return json;
};

const content = (schema: GenericSchema, typeMode: 'input' | 'output'): Json => ({ 'application/json': { schema: schemaOf(schema, typeMode) } });

export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const spec of routes) (paths[spec.path] ??= {})[spec.method] = operationOf(spec);
  return {
    openapi: '3.1.0',
    info: { title: 'Public access centres: fleet platform', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'cac_session', description: 'Over TLS its name is __Host-cac.' } },
      schemas: { Error: schemaOf(ApiError, 'output') },
    },
  };
}

function operationOf(spec: Route): Json {
  const inPath = [...spec.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
  const query = spec.query ? (schemaOf(spec.query, 'input') as { properties?: Record<string, Json> }) : {};
  const inQuery = Object.entries(query.properties ?? {}).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
  return {
    summary: spec.summary,
    operationId: `${spec.method}${spec.path.replaceAll(/[^a-zA-Z0-9]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    ...(spec.access === 'public' ? {} : { security: [{ session: [] }] }),
    ...(Array.isArray(spec.access) ? { description: `Roles: ${spec.access.join(', ')}.` } : {}),
    parameters: [...inPath, ...inQuery],
    ...(spec.body ? { requestBody: { required: true, content: content(spec.body, 'input') } } : {}),
    responses: {
      [spec.status]: spec.answer ? { description: 'Done', content: content(spec.answer, 'output') } : { description: 'Done' },
      default: { description: 'Refused; the code says why', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    },
  };
}
