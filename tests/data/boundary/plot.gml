<gml:FeatureCollection/>
