import { useText } from '../../i18n/text.ts';
import { noFilter, type PictureFilter } from '../../overlay/pictureFilter.ts';
import { setPictureFilter } from '../../state/pictureFilter.ts';
import { findVariant, useProject } from '../../state/project.ts';
import { useView } from '../../state/view.ts';
import styles from './ConfusionTab.module.css';
import { useCompared } from './compared.ts';
import { confusionRows } from './confusionRows.ts';
import dock from './Dock.module.css';
import { useModelShown } from './focused.ts';
import { NoLabels } from './NoLabels.tsx';

/** What the model that is shown takes labelled objects for; a click lists the pictures. */
export function ConfusionTab() {
  const text = useText();
  const evaluation = useModelShown()?.evaluation;
  const labelled = useCompared().report?.labelled;
  const baselineId = useView((state) => state.baselineId);
  const modelNames = useProject(({ project }) => findVariant(project, baselineId)?.inspection.detector?.classNames);
  if (!evaluation) return <NoLabels />;
  const { classes, rows, left } = confusionRows(evaluation, text.dock.nothing);
  const { confidence, iou } = evaluation.confusion;
  return (
    <div className={dock.scroller}>
      <table className={styles.matrix}>
        <caption>
          {text.dock.confusionCaption(confidence.toFixed(2), iou.toFixed(2))}
          {left > 0 && ` ${text.dock.confusionLeft(classes.length - 1, left)}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">{text.dock.predictedTrue}</th>
            {classes.map(({ index, name }) => (
              <th key={index} scope="col" title={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ predicted, cells }) => (
            <tr key={predicted.index}>
              <th scope="row" title={predicted.name}>
                {predicted.name}
              </th>
              {cells.map(({ truth, count, share, isRight, on }) => (
                <td key={truth.index} style={{ background: shade(share, isRight) }}>
                  {count > 0 && (
                    <button
                      type="button"
                      aria-label={text.dock.confusionCell(count, truth.name, predicted.name)}
                      onClick={() => {
                        if (labelled && on) {
                          const label = on.isCut
                            ? text.dock.confusionChipCut(truth.name, predicted.name)
                            : text.dock.confusionChip(truth.name, predicted.name);
                          setPictureFilter(choosePictures(label, on.pictures, labelled));
                          return;
                        }
                        // Comparisons of earlier versions know the class alone.
                        const wanted = truth.name === text.dock.nothing ? predicted.name : truth.name;
                        const classId = modelNames?.indexOf(wanted) ?? -1;
                        if (classId >= 0) setPictureFilter({ classId });
                      }}
                    >
                      {count}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Lists these pictures and nothing else. */
function choosePictures(label: string, pictures: readonly number[], paths: readonly string[]): PictureFilter {
  return { ...noFilter, chosen: { label, paths: new Set(pictures.flatMap((index) => paths[index] ?? [])) } };
}

/** Right ones in one colour, confusions in another, the stronger the larger their share of the column. */
function shade(share: number, isRight: boolean): string {
  const color = isRight ? 'var(--good)' : 'var(--bad)';
  return share === 0 ? 'transparent' : `color-mix(in srgb, ${color} ${Math.round(8 + 37 * share)}%, transparent)`;
}
