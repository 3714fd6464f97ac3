import { Modal } from '@mantine/core';
import { listCommands } from '../commands.ts';
import { useText } from '../i18n/text.ts';
import { setView } from '../state/view.ts';
import styles from './CheatSheet.module.css';
import { KeyName } from './KeyName.tsx';

/** All keys at a glance. Mounted while open. */
export function CheatSheet() {
  const text = useText();
  const groups = Map.groupBy(
    listCommands(text).filter(({ keys }) => keys.length > 0),
    ({ group }) => group,
  );
  return (
    <Modal
      opened
      // The page does not scroll, and the lock would add a style that the security policy refuses.
      lockScroll={false}
      onClose={() => setView({ cheatSheetOpen: false })}
      title={text.commands.cheatSheet}
      closeButtonProps={{ 'aria-label': text.common.close }}
      size={720}
      centered
    >
      <div className={styles.groups}>
        {[...groups].map(([group, commands]) => (
          <section key={group}>
            <h2>{group}</h2>
            <dl>
              {commands.map(({ id, title, keys }) => (
                <div key={id}>
                  <dt>{title}</dt>
                  <dd>{keys[0] && <KeyName name={keys[0]} />}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
