"""Which queries count as reading."""

from __future__ import annotations

import pytest

from codestory.exceptions import RequestError
from codestory.graph.cypher_guard import require_read_only


@pytest.mark.parametrize(
    "cypher",
    [
        "MATCH (n) RETURN n",
        "match (n) return n;",
        "MATCH (n) WHERE n.name = 'CREATE (x)' RETURN n",
        'MATCH (n) WHERE n.name = "it\'s SET" RETURN n',
        "MATCH (n) WHERE n.name = 'it\\'s DELETE' RETURN n",
        "MATCH (n) // SET n.x = 1\nRETURN n",
        "MATCH (n) /* DELETE n */ RETURN n",
        "MATCH (n:`CREATE me`) RETURN n.`set`",
        "MATCH (n) RETURN n.set, n.delete AS gone",
        "MATCH (n:Set) RETURN n",
        "MATCH (n {merge: $create}) RETURN n",
        "RETURN {set: 1, delete: 2} AS map",
        "MATCH (n)-[:CALLS|IMPORTS*1..3]->(m) RETURN count(*)",
        "OPTIONAL MATCH (n) RETURN n",
        "UNWIND [1, 2] AS x WITH x WHERE x > 1 RETURN x",
        "CALL db.labels() YIELD label RETURN label",
        "CALL db.index.fulltext.queryNodes('i', 'x') YIELD node RETURN node",
        "MATCH (n) CALL { WITH n MATCH (n)-->(m) RETURN count(m) AS c } RETURN c",
        "MATCH (n) CALL (n) { MATCH (n)-->(m) RETURN count(m) AS c } RETURN c",
        "MATCH (n) WHERE EXISTS { MATCH (n)-->() } RETURN COUNT { (n)--() }",
        "EXPLAIN MATCH (n) RETURN n",
        "PROFILE MATCH (n) RETURN n",
        "SHOW INDEXES",
        "MATCH (a), (b) WHERE a.offset < b.created RETURN a, b",
        "RETURN 1.5 + 2",
    ],
)
def test_reading_is_allowed(cypher: str) -> None:
    require_read_only(cypher)


@pytest.mark.parametrize(
    "cypher",
    [
        "",
        "   // nothing",
        "CREATE (n)",
        "MATCH (n) SET n.x = 1",
        "match (n) set n.x = 1",
        "MATCH (n)SET n.x=1",
        "MATCH (n) REMOVE n.x",
        "MATCH (n) DELETE n",
        "MATCH (n) DETACH DELETE n",
        "MERGE (n:X {id: 1}) RETURN n",
        "MATCH (n) FOREACH (x IN [1] | SET n.x = x)",
        "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
        "MATCH (n) WHERE n.x = 'a' /* */ SET n.x = 1",
        "MATCH (n) WHERE n.x = 'a\\'' SET n.y = 'b'",
        "MATCH (n) WHERE n.x = 'a\\\\' SET n.y = 'b'",
        "MATCH (n) WHERE n.x = '\\u0027 SET n.y = 1 //'",
        "MATCH (n:`a``b`) SET n.x = 1",
        "MATCH (n) CALL { WITH n SET n.x = 1 } RETURN 1",
        "MATCH (n) CALL (n) { SET n.x = 1 } IN TRANSACTIONS RETURN 1",
        "MATCH (n) CALL { WITH n RETURN 1 AS x } IN TRANSACTIONS OF 10 ROWS RETURN x",
        "CALL apoc.create.node(['X'], {})",
        "CALL `db`.`labels`()",
        "CALL db.labels.evil()",
        "CALL dbms.security.createUser('x', 'y')",
        "RETURN 1; MATCH (n) DELETE n",
        "DROP CONSTRAINT x",
        "CREATE INDEX FOR (n:X) ON (n.y)",
        "USE system SHOW DATABASES",
        "ALTER USER neo4j SET PASSWORD 'x'",
        "TERMINATE TRANSACTION 'x'",
        "INSERT (n:X)",
        "RETURN 1. SET n.x = 1",
        "MATCH (n) WHERE n.x = 'open",
        "MATCH (n) RETURN n /* open",
        "BEGIN",
        "SELECT FROM File",
    ],
)
def test_everything_else_is_refused(cypher: str) -> None:
    with pytest.raises(RequestError, match="Only queries that read"):
        require_read_only(cypher)


def test_the_refusal_says_how_to_keep_a_name() -> None:
    with pytest.raises(RequestError, match="backticks: `set`"):
        require_read_only("MATCH (n) RETURN n AS set")
