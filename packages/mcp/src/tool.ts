import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import type { Api } from './api.ts';

/** What a tool answers: it goes out as compact JSON text, and as structured content. */
export type Answered = Readonly<Record<string, unknown>>;

/** A question that a model can ask. Names of arguments that are not in its schema are refused, as they would be passed over. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** Written for a model: what it answers, when to ask it, in which units. */
  readonly description: string;
  readonly input: z.ZodType;
  /** @throws Error whose message the model is told */
  readonly answer: (api: Api, args: unknown) => Promise<Answered>;
}

/** A tool whose arguments have the type of its schema. */
export function tool<Shape extends z.ZodRawShape>(definition: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly shape: Shape;
  readonly answer: (api: Api, args: z.infer<z.ZodObject<Shape>>) => Promise<Answered>;
}): Tool {
  const { shape, answer, ...rest } = definition;
  return { ...rest, input: z.strictObject(shape), answer: (api, args) => answer(api, args as never) };
}

/** Whatever a tool throws, the SDK makes a result of with `isError` and the message. */
export function register(server: McpServer, api: Api, { name, title, description, input, answer }: Tool): void {
  const annotations = { title, readOnlyHint: true, openWorldHint: false };
  server.registerTool(name, { title, description, inputSchema: input, annotations }, async (args: unknown) => {
    const structuredContent = { ...(await answer(api, args)) };
    return { content: [{ type: 'text' as const, text: JSON.stringify(structuredContent) }], structuredContent };
  });
}
