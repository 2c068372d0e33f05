/** What is to be declared of the processing, row by row. */
import type { JSX } from 'preact';
import { guide } from '../../i18n/guide/text.ts';

export function Declaration(): JSX.Element {
  const { declarationTitle, declarationIntro, declaration } = guide();
  return (
    <article class="guide" data-testid="declaration">
      <h1>{declarationTitle}</h1>
      <p class="guide-intro">{declarationIntro}</p>
      <table class="declaration">
        <tbody>
          {declaration.map(({ what, is }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              <td class={is === null ? 'blank' : ''}>
                {is?.map((line) => (
                  <p key={line}>{line}</p>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </article>
  );
}
