"""No modules import each other in a circle, also not inside functions or for type checking only."""

from graphlib import TopologicalSorter

import grimp


def test_there_is_no_circle() -> None:
    graph = grimp.build_graph("bot", "handlers", "conversation", "storage", cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 400
    TopologicalSorter(imports).prepare()  # raises CycleError, which names a circle
