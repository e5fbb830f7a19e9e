/** Examples of a document, by the question that they answer. */

export interface Example {
  /** The section that it stands in. */
  readonly question: string;
  /** The line above it: `pandas:`. */
  readonly program: string;
  readonly language: string;
  readonly code: string;
}

/** Every block of code with a language, in its order. */
export function examplesOf(markdown: string): Example[] {
  const examples: Example[] = [];
  let question = '';
  let program = '';
  let block: string[] | null = null;
  let language = '';
  for (const line of markdown.split('\n')) {
    if (block !== null) {
      if (line === '```') {
        examples.push({ question, program, language, code: block.join('\n') });
        block = null;
      } else block.push(line);
    } else if (line.startsWith('```')) {
      language = line.slice(3);
      block = [];
    } else if (line.startsWith('## ')) question = line.slice(3);
    else if (line !== '') program = /^(\w+)/.exec(line)?.[1]?.toLowerCase() ?? '';
  }
  return examples;
}
