"""Draft."""
import sys, time
import numpy as np, geopandas, shapely
from petakumuh.kernel import flat, label_areas
from petakumuh.kernel.api import REASONS

folder, scale = sys.argv[1:3]
K = np.asarray(geopandas.read_parquet(f"{folder}/{scale}_K.parquet").geometry.array)
S = np.asarray(geopandas.read_parquet(f"{folder}/{scale}_S.parquet").geometry.array)
F = geopandas.read_parquet(f"{folder}/{scale}_F.parquet")
G = (F.year.to_numpy() * 10 + F.sector.to_numpy()).astype(np.int64)
F = np.asarray(F.geometry.array)
t=time.process_time()
s, k = shapely.STRtree(K).query(S, predicate="intersects")
P = shapely.intersection(S[s], K[k]); P = P[shapely.area(P) > 1e-3]
P = np.array([g if g.geom_type in ("Polygon","MultiPolygon") else shapely.MultiPolygon([p for p in shapely.get_parts(g) if p.geom_type=="Polygon"]) for g in P], dtype=object)
print(len(P), "grounds", time.process_time()-t)
t=time.process_time()
u, f = shapely.STRtree(F).query(P)
o=np.lexsort((f,u)); u,f=u[o],f[o]
print("pairs", len(u), time.process_time()-t)
t=time.process_time()
a, b = flat(P), flat(F)
start=np.searchsorted(u, np.arange(len(P)+1)).astype(np.int64)
print("flat", time.process_time()-t)
label_areas(flat(P[:1]), b, G, start[:2], f[:start[1]].astype(np.int64))
f=f.astype(np.int64)
t=time.process_time()
L = label_areas(a, b, G, start, f)
dt=time.process_time()-t
print("kernel", dt, len(L.area), "labels", np.bincount(L.reason, minlength=6))
t=time.time(); c0=time.process_time()
L2 = label_areas(a, b, G, start, f, threads=2)
print("kernel 2 threads wall", time.time()-t, "cpu", time.process_time()-c0)
assert (L2.area==L.area).all()
some = np.diff(L.start) > 0
mine = np.bincount(L.ground[some], L.area[some], minlength=len(P))
t=time.process_time()
ref=np.zeros(len(P)); 
for i in range(len(P)):
    if start[i]<start[i+1]:
        ref[i]=shapely.area(shapely.intersection(P[i], shapely.union_all(F[f[start[i]:start[i+1]]])))
tg=time.process_time()-t
print("GEOS union+intersection", tg, "ratio", tg/dt)
A=shapely.area(P)
whole=np.bincount(L.ground, L.area, minlength=len(P))
print("sum rel", np.max(np.abs(whole-A)/A), "handled rel to ground", np.max(np.abs(mine-ref)/A), "rel to handled", np.max(np.abs(mine-ref)[ref>0]/ref[ref>0]), "m2", np.max(np.abs(mine-ref)))
