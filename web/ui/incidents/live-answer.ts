/** An answer about incidents: asked again whenever one changed, the old one staying on screen until then. */
import { useEffect, useRef } from 'preact/hooks';
import { incidentMark } from '../../state/store.ts';
import { useAnswer, type Answer } from '../past/answer.ts';

const AGAIN_MS = 60_000;

export function useLiveAnswer<T>(key: string, ask: () => Promise<T>): Answer<T> {
  const answer = useAnswer(key, ask, AGAIN_MS);
  const mark = incidentMark.value;
  const asked = useRef(mark);
  useEffect(() => {
    if (asked.current === mark) return;
    asked.current = mark;
    answer.again();
  }, [mark]);
  return answer;
}
