/** The notice to be put up in the room: one page, large. Who answers for it is written in by hand. */
import type { JSX } from 'preact';
import { guide } from '../../i18n/guide/text.ts';
import { Mark } from '../icons.tsx';

export function Notice(): JSX.Element {
  const { noticeTitle, noticeLead, notice, fill, noticeFoot } = guide();
  return (
    <article class="notice" data-testid="notice">
      <Mark size={54} />
      <h1>{noticeTitle}</h1>
      <p class="notice-lead">{noticeLead}</p>
      <dl>
        {notice.map(({ title, text }) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <div class="notice-fill">
        {[fill.controller, fill.contact, fill.number].map((what) => (
          <p key={what}>
            <span>{what}</span>
            <i aria-hidden="true" />
          </p>
        ))}
      </div>
      <p class="notice-foot">{noticeFoot}</p>
    </article>
  );
}
