import type { DerivedStep } from '../../../models/types.ts';
import { formatBytes, formatCount, formatDuration } from '../../format.ts';
import { useText } from '../../i18n/text.ts';
import { describeStep } from '../../recipe.ts';
import styles from './Results.module.css';

/** What each step of a recipe did: what it left, and how alike its boxes are to those of the model before it. */
export function StepReports({ steps }: { readonly steps: readonly DerivedStep[] }) {
  const text = useText();
  if (steps.length < 2) return null;
  return (
    <table className={styles.stepReports}>
      <thead>
        <tr>
          <th scope="col">{text.recipe.stepColumn}</th>
          <th scope="col">{text.models.size}</th>
          <th scope="col">{text.models.macs}</th>
          <th scope="col">F1</th>
          <th scope="col">{text.recipe.took}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ step, after, agreement, seconds }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are told by their place
          <tr key={index}>
            <th scope="row">{describeStep(step, text)}</th>
            <td>{formatBytes(after.bytes)}</td>
            <td>{after.macs === null ? '—' : formatCount(after.macs)}</td>
            <td>{agreement?.f1.toFixed(3) ?? '—'}</td>
            <td>{formatDuration(seconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
