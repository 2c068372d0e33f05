/** The guide, section by section, with its contents in front. */
import type { JSX } from 'preact';
import { filled } from '../../i18n/catalogue.ts';
import { NOT_OK, SECTIONS, type Block, type SectionId } from '../../i18n/guide/shape.ts';
import { agentLine, agentNever, guide } from '../../i18n/guide/text.ts';
import { language } from '../../i18n/language.ts';
import { CommandLine } from '../copy-line.tsx';

function NotOkTable(): JSX.Element {
  const { says, means, notOk } = guide();
  return (
    <table class="not-ok">
      <thead>
        <tr>
          <th scope="col">{says}</th>
          <th scope="col">{means}</th>
        </tr>
      </thead>
      <tbody>
        {NOT_OK.map((todo) => (
          <tr key={todo} data-testid="not-ok">
            <th scope="row" dir="ltr" lang={language.value === 'en' ? 'en' : 'fr'}>
              {agentLine(todo)}
            </th>
            <td>{notOk[todo]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function BlockText({ block, server }: { block: Block; server: string }): JSX.Element {
  const text = (raw: string): string => filled(raw, { server });
  if ('p' in block) return <p>{text(block.p)}</p>;
  if ('steps' in block) {
    return (
      <ol class="guide-steps">
        {block.steps.map((step) => (
          <li key={step}>{text(step)}</li>
        ))}
      </ol>
    );
  }
  if ('items' in block) {
    return (
      <ul class="guide-items">
        {block.items.map((item) => (
          <li key={item}>{text(item)}</li>
        ))}
      </ul>
    );
  }
  if ('lines' in block) {
    return (
      <div class="guide-lines">
        {block.lines.map((line) => (
          <CommandLine key={line} text={text(line)} />
        ))}
      </div>
    );
  }
  if ('note' in block) return <p class="guide-note">{text(block.note)}</p>;
  if ('table' in block) return <NotOkTable />;
  return <p class="guide-note">{agentNever()}</p>;
}

function SectionText({ id, server }: { id: SectionId; server: string }): JSX.Element {
  const { title, blocks } = guide().sections[id];
  return (
    <section class="guide-section" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {blocks.map((block, i) => (
        <BlockText key={i} block={block} server={server} />
      ))}
    </section>
  );
}

export function GuideText({ server }: { server: string }): JSX.Element {
  const { title, intro, contents, sections } = guide();
  return (
    <article class="guide" data-testid="guide">
      <h1>{title}</h1>
      <p class="guide-intro">{filled(intro, { server })}</p>
      <nav class="guide-contents" aria-label={contents}>
        {SECTIONS.map((id) => (
          <a key={id} href={`#${id}`}>
            {sections[id].title}
          </a>
        ))}
      </nav>
      {SECTIONS.map((id) => (
        <SectionText key={id} id={id} server={server} />
      ))}
    </article>
  );
}
