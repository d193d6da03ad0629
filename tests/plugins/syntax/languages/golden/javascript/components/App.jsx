import React, { useState } from 'react';
import Button, { Panel as Box } from './Button';
import * as widgets from './widgets.mjs';

export const App = ({ title }) => {
  const [count, setCount] = useState(0);
  const add = () => setCount(count + 1);
  return (
    <Box>
      <Button onClick={add} />
      <widgets.Icon />
      <div>{widgets.format(title)}</div>
    </Box>
  );
};

export default class Root extends React.Component {
  state = { open: false };

  render() {
    this.setState({ open: true });
    this.#log();
    return <App />;
  }

  #log() {}
}
