import { CartesianGrid, Legend, Line, LineChart, ResponsiveContainer, XAxis, YAxis } from 'recharts';
import type { EvaluationFigures } from '../../../models/types.ts';
import { useText } from '../../i18n/text.ts';
import { shortenNames } from '../../shortenNames.ts';
import styles from './CurvesTab.module.css';
import { type Compared, useCompared } from './compared.ts';
import { NoLabels } from './NoLabels.tsx';

/** Lines differ by their dashes too. */
const lines = [
  { color: 'var(--text)', dash: '' },
  { color: 'var(--accent)', dash: '7 3' },
  { color: 'var(--good)', dash: '2 3' },
  { color: 'var(--warn)', dash: '9 3 2 3' },
] as const;

interface Curve {
  readonly path: string;
  readonly name: string;
  readonly line: (typeof lines)[number];
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

function curvesOf(
  { models, names }: Compared,
  read: (figures: EvaluationFigures) => readonly [x: readonly number[], y: readonly number[]],
): readonly Curve[] {
  const short = shortenNames(names);
  return models.flatMap(({ path, evaluation }, index): readonly Curve[] => {
    if (evaluation === undefined) return [];
    const [x, y] = read(evaluation);
    const points = x.map((value, at) => ({ x: value, y: y[at] ?? 0 }));
    return [{ path, name: short[index] ?? '', line: lines[index] ?? lines[0], points }];
  });
}

/** Precision over recall, and F1 over confidence, of every model against the labels. */
export function CurvesTab() {
  const text = useText();
  const compared = useCompared();
  const { models, names } = compared;
  if (!models.some(({ evaluation }) => evaluation)) return <NoLabels />;
  return (
    <div className={styles.curves}>
      <Curves
        title={text.dock.precisionRecall}
        x={text.dock.recall}
        y={text.dock.precision}
        curves={curvesOf(compared, ({ curves }) => [curves.recallPoints, curves.precisionAtRecall])}
      />
      <Curves
        title={text.dock.f1Confidence}
        x={text.compare.confidence}
        y="F1"
        curves={curvesOf(compared, ({ curves }) => [curves.confidence, curves.f1])}
      />
      <ul className="hidden">
        {models.map(
          ({ path, evaluation }, index) =>
            evaluation && (
              <li key={path}>
                {text.dock.bestF1Of(
                  names[index] ?? '',
                  evaluation.bestF1.f1.toFixed(3),
                  evaluation.bestF1.confidence.toFixed(2),
                )}
              </li>
            ),
        )}
      </ul>
    </div>
  );
}

function Curves(props: {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly curves: readonly Curve[];
}) {
  const axis = {
    type: 'number',
    domain: [0, 1],
    stroke: 'var(--dim)',
    tick: { fontSize: 11, fill: 'var(--dim)' },
  } as const;
  return (
    <figure className={styles.figure}>
      <figcaption>{props.title}</figcaption>
      <div className={styles.plot} aria-hidden>
        <ResponsiveContainer>
          <LineChart margin={{ top: 4, right: 12, bottom: 2, left: -14 }} accessibilityLayer={false}>
            <CartesianGrid stroke="var(--line-soft)" />
            <XAxis {...axis} dataKey="x" allowDataOverflow />
            <YAxis {...axis} dataKey="y" />
            <Legend itemSorter={null} iconType="plainline" wrapperStyle={{ fontSize: 12 }} />
            {props.curves.map(({ path, name, line, points }) => (
              <Line
                key={path}
                name={name}
                data={[...points]}
                dataKey="y"
                stroke={line.color}
                strokeDasharray={line.dash}
                strokeWidth={1.75}
                dot={false}
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
    </figure>
  );
}
