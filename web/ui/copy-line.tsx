/** A command to be pasted into a terminal, with the button that copies it. Lines break between words only, never inside an option. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons.tsx';

const SHOWN_MS = 2_500;

export function CopyButton({ text, label, done }: { text: string; label: string; done: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      class="button small no-print"
      onClick={() => {
        void navigator.clipboard?.writeText(text).then(() => {
          setCopied(true);
          setTimeout(() => setCopied(false), SHOWN_MS);
        });
      }}
    >
      <Icon name={copied ? 'check' : 'copy'} size={15} />
      <span aria-live="polite">{copied ? done : label}</span>
    </button>
  );
}

export function CommandLine({ text, testId }: { text: string; testId?: string }): JSX.Element {
  return (
    <pre class="command" dir="ltr" data-testid={testId}>
      {text.split(' ').map((word, i) => (
        <span key={i}>{i === 0 ? word : ` ${word}`}</span>
      ))}
    </pre>
  );
}
