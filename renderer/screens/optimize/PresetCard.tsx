import { Button } from '@mantine/core';
import type { Preset, PresetCandidate } from '../../../models/types.ts';
import { formatBytes, formatMilliseconds } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { describeSteps } from '../../recipe.ts';
import { replaceSteps } from '../../state/recipe.ts';
import styles from './Presets.module.css';

/** One aim: what serves it best here, and all that was tried for it. */
export function PresetCard({ preset }: { readonly preset: Preset }) {
  const text = useText();
  const { name, choice, why, candidates } = preset;
  const { title, aim } = text.presets.aims[name];
  return (
    <section className={styles.card} aria-label={title}>
      <header>
        <div>
          <strong>{title}</strong>
          <p className="dim">{aim}</p>
        </div>
        {choice !== null && (
          <Button size="compact-sm" variant="default" onClick={() => replaceSteps(choice.recipe.steps)}>
            {text.presets.use}
          </Button>
        )}
      </header>
      <p>{why}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.presets.tried}</th>
            <th scope="col">{text.models.size}</th>
            <th scope="col">p50</th>
            <th scope="col">F1</th>
          </tr>
        </thead>
        <tbody>
          {candidates.map((candidate, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: candidates are told by their place
            <Tried key={index} candidate={candidate} chosen={isSame(candidate, choice)} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Records that came as messages are told apart by what they hold. */
const isSame = (candidate: PresetCandidate, choice: PresetCandidate | null): boolean =>
  choice !== null && JSON.stringify(candidate.recipe) === JSON.stringify(choice.recipe);

function Tried({ candidate, chosen }: { readonly candidate: PresetCandidate; readonly chosen: boolean }) {
  const text = useText();
  const { recipe, figures, agreement, p50, refused } = candidate;
  return (
    <tr data-chosen={chosen}>
      <th scope="row">
        {describeSteps(recipe.steps, text)}
        {refused !== undefined && <span className={styles.refused}>{refused}</span>}
      </th>
      <td>{figures === undefined ? '—' : formatBytes(figures.bytes)}</td>
      <td>{p50 === undefined ? '—' : formatMilliseconds(p50)}</td>
      <td>{agreement?.f1.toFixed(3) ?? '—'}</td>
    </tr>
  );
}
