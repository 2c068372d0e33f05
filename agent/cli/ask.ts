/** Asks a person at the terminal. */
import { createInterface } from 'node:readline/promises';

export const canAsk = (): boolean => Boolean(process.stdin.isTTY);

export async function askLine(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return answer.trim();
}

/** Yes in English or French; anything else is no. */
export const confirm = async (question: string): Promise<boolean> => /^(y|yes|o|oui)$/i.test(await askLine(question));
